// SPDX-License-Identifier: Apache-2.0
//
// The model.tar.gz that an endpoint loads: anybody's archive.
#include "algorithms/xgboost/inference/model_archive.h"

#include "base/files.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith;  // NOLINT(google-build-using-namespace)
  constexpr std::uint64_t kMost = 1U << 20U;
  const FileDescriptor file(::memfd_create("archive", MFD_CLOEXEC));
  TUNESMITH_CHECK(write_all(file.get(), fuzz::text_of(data, size)).has_value());
  TUNESMITH_CHECK(::lseek(file.get(), 0, SEEK_SET) == 0);
  const auto model = algorithms::xgboost::read_model_archive(file.get(), kMost);
  TUNESMITH_CHECK(!model || (!model->empty() && model->size() <= kMost));
  return 0;
}
