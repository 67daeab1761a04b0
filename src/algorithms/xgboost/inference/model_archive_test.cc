// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/model_archive.h"

#include "base/files.h"
#include "base/random.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <numeric>

namespace tunesmith::algorithms::xgboost {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A tar, member by member, with headers that no tar program would write.
class Tar {
 public:
  Tar& add(const std::string& name, const std::string& content, char type = '0',
           const std::string& target = "") {
    return header(name, content.size(), type, target).bytes(content);
  }
  /// A header alone, which may lie about what follows.
  Tar& header(const std::string& name, std::uint64_t size, char type = '0',
              const std::string& target = "") {
    std::string block(512, '\0');
    const auto put = [&](std::size_t at, const std::string& text) {
      block.replace(at, text.size(), text);
    };
    put(0, name);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, fmt::format("{:011o}", size));
    put(136, "00000000000");
    put(156, std::string(1, type));
    put(157, target);
    put(257, std::string("ustar\00000", 8));
    put(148, "        ");
    const unsigned sum = std::accumulate(block.begin(), block.end(), 0U, [](unsigned s, char c) {
      return s + static_cast<unsigned char>(c);
    });
    put(148, fmt::format("{:06o}", sum));
    block[154] = '\0';
    text_ += block;
    return *this;
  }
  Tar& bytes(const std::string& content) {
    text_ += content;
    text_.append((512 - content.size() % 512) % 512, '\0');
    return *this;
  }
  std::string end() const { return text_ + std::string(1024, '\0'); }

 private:
  std::string text_;
};

std::string gzip(std::string text) {
  constexpr int kGzip = 15 + 16;
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  EXPECT_EQ(deflateEnd(&stream), Z_OK);
  return out;
}

Result<std::string> read(const std::string& archive, std::uint64_t most = 1U << 20U) {
  const FileDescriptor file(::memfd_create("archive", MFD_CLOEXEC));
  EXPECT_TRUE(write_all(file.get(), archive));
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_SET), 0);
  return read_model_archive(file.get(), most);
}

TEST(ModelArchive, IsTheModelOrTheOnlyFile) {
  EXPECT_EQ(read(Tar().add("notes", "n").add("./xgboost-model", "model").end()).value(), "model");
  EXPECT_EQ(read(Tar().add("any", "model").end()).value(), "model");
  EXPECT_FALSE(read(Tar().add("one", "1").add("two", "2").end()));
}

TEST(ModelArchive, PathsThatLeadOutsideAreNothingAndWriteNothing) {
  const std::string mark = "escaped-" + random_hex(8);
  const fs::path here = fs::temp_directory_path();
  for (const std::string& name :
       {"../" + mark, "../../../../../.." + (here / mark).string(), (here / mark).string(),
        "a/../../" + mark, std::string(".././xgboost-model")}) {
    const auto alone = read(Tar().add(name, "foreign").end());
    EXPECT_FALSE(alone) << name;
    const auto beside = read(Tar().add(name, "foreign").add("xgboost-model", "model").end());
    EXPECT_EQ(beside.value_or(""), "model") << name;
  }
  EXPECT_FALSE(fs::exists(here / mark));
  EXPECT_FALSE(fs::exists(fs::current_path().parent_path() / mark));
}

TEST(ModelArchive, LinksAndDevicesAreNoModel) {
  for (const char type : {'1', '2', '3', '4', '5', '6'}) {
    EXPECT_FALSE(read(Tar().add("xgboost-model", "", type, "/etc/passwd").end())) << type;
    // Neither is what was written through a link.
    const auto through = read(Tar()
                                  .add("out", "", type, "/tmp")
                                  .add("out/xgboost-model", "foreign")
                                  .add("xgboost-model", "model")
                                  .end());
    EXPECT_EQ(through.value_or(""), "model") << type;
  }
}

TEST(ModelArchive, WhatExpandsWithoutEndIsRefused) {
  const std::uint64_t most = 1U << 20U;
  const std::string zeros(2 * most, '\0');
  const auto packed = [](const Tar& tar) {
    std::string packed_text = gzip(tar.end());
    EXPECT_LT(packed_text.size(), 100'000U);
    return packed_text;
  };
  const auto model = read(packed(Tar().add("xgboost-model", zeros)), most);
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("more than 1048576 bytes"));
  const auto beside = read(packed(Tar().add("folder/x", zeros).add("xgboost-model", "m")), most);
  ASSERT_FALSE(beside) << "what is passed over is expanded too";
  Tar many;
  for (int i = 0; i < 10; ++i) many.add(fmt::format("folder/{}", i), zeros.substr(most));
  const auto sum = read(packed(many.add("xgboost-model", "m")), most);
  ASSERT_FALSE(sum);
  EXPECT_THAT(sum.error().message, HasSubstr("contents of more than"));
  // A header that promises more than there is, and one that promises everything.
  EXPECT_FALSE(read(Tar().header("xgboost-model", 1000).bytes("short").end().substr(0, 1024)));
  EXPECT_FALSE(read(Tar().header("xgboost-model", 077777777777).end()));
}

TEST(ModelArchive, AHoleIsNoModel) {
  // GNU's old sparse header: 4 bytes at 512 KiB.
  std::string header = Tar().header("xgboost-model", 4, 'S').end().substr(0, 512);
  const auto put = [&](std::size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  put(257, std::string("ustar  \0", 8));
  put(386, fmt::format("{:011o}", 512U << 10U));
  put(398, fmt::format("{:011o}", 4));
  put(483, fmt::format("{:011o}", (512U << 10U) + 4));
  put(148, "        ");
  const unsigned sum = std::accumulate(header.begin(), header.end(), 0U, [](unsigned s, char c) {
    return s + static_cast<unsigned char>(c);
  });
  put(148, fmt::format("{:06o}", sum));
  header[154] = '\0';
  const auto sparse = read(header + "tail" + std::string(508 + 1024, '\0'));
  ASSERT_FALSE(sparse);
  EXPECT_THAT(sparse.error().message, HasSubstr("sparse"));
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
