// SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzz target once over each file of a folder and, so that a plain test sees more than whole
// documents, over each file cut short and with a bit flipped at every place.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// Places to change in one file: enough for any document here, and never a long test.
constexpr std::size_t kMaxPlaces = 400;

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string seed{std::istreambuf_iterator<char>(file), {}};
    run(seed);
    const std::size_t stride = seed.size() / kMaxPlaces + 1;
    for (std::size_t i = 0; i < seed.size(); i += stride) {
      run(seed.substr(0, i));
      std::string changed = seed;
      changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
      run(changed);
    }
    ++files;
  }
  std::printf("%zu seeds\n", files);
  return files > 0 ? 0 : 1;
}
