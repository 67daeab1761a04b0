// SPDX-License-Identifier: Apache-2.0
#include "training/channel_stream.h"

#include "base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <vector>

namespace tunesmith::training {
namespace {

const std::string kMagic = "\x0a\x23\xd7\xce";

class Written {
 public:
  explicit Written(bool records)
      : file_(::memfd_create("stream", MFD_CLOEXEC)), stream_(file_.get(), records, 1U << 30U) {}

  /// A value that comes in pieces of `piece` bytes.
  void value(std::string_view bytes, std::size_t piece = 1U << 20U) {
    ASSERT_TRUE(stream_.begin_value());
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
      ASSERT_TRUE(stream_.append(bytes.substr(0, piece)));
    }
    ASSERT_TRUE(stream_.end_value());
  }
  std::string bytes() {
    EXPECT_TRUE(stream_.flush());
    std::string out(static_cast<std::size_t>(::lseek(file_.get(), 0, SEEK_END)), '\0');
    EXPECT_EQ(::pread(file_.get(), out.data(), out.size(), 0), static_cast<ssize_t>(out.size()));
    return out;
  }

 private:
  FileDescriptor file_;
  ChannelStream stream_;
};

std::string frame(std::uint32_t flag, const std::string& payload) {
  const std::uint32_t head = flag << 29U | static_cast<std::uint32_t>(payload.size());
  std::string out = kMagic + std::string(reinterpret_cast<const char*>(&head), 4) + payload;
  out.resize((out.size() + 3) / 4 * 4);
  return out;
}

std::string record(const std::string& payload, std::size_t piece = 1U << 20U) {
  Written written(true);
  written.value(payload, piece);
  return written.bytes();
}

TEST(ChannelStream, WithoutRecordsValuesFollowEachOther) {
  Written written(false);
  written.value("1,2\n");
  written.value("");
  written.value("3" + kMagic, 2);
  EXPECT_EQ(written.bytes(), "1,2\n3" + kMagic);
}

TEST(ChannelStream, ARecordIsFramedAndPaddedToAWord) {
  EXPECT_EQ(record(""), frame(0, ""));
  EXPECT_EQ(record("a"), frame(0, "a"));
  EXPECT_EQ(record("abcd"), frame(0, "abcd"));
  EXPECT_EQ(record("abcdefg"), frame(0, "abcdefg"));
  Written two(true);
  two.value("abcde", 2);
  two.value("f");
  EXPECT_EQ(two.bytes(), frame(0, "abcde") + frame(0, "f"));
}

TEST(ChannelStream, TheMagicNumberCutsARecordWhereItStandsAtAWord) {
  for (const std::size_t piece : {1U, 3U, 4U, 5U, 100U}) {
    EXPECT_EQ(record(kMagic, piece), frame(1, "") + frame(3, ""));
    EXPECT_EQ(record("abcd" + kMagic + "ef", piece), frame(1, "abcd") + frame(3, "ef"));
    EXPECT_EQ(record(kMagic + "abcd" + kMagic + kMagic + "e", piece),
              frame(1, "") + frame(2, "abcd") + frame(2, "") + frame(3, "e"));
    EXPECT_EQ(record("ab" + kMagic + "cd", piece), frame(0, "ab" + kMagic + "cd"));
  }
}

TEST(ChannelStream, AValueMayBeLongerThanTheBuffer) {
  std::string large(3U << 20U, 'x');
  large += kMagic + "y";
  EXPECT_EQ(record(large, 65536), frame(1, std::string(3U << 20U, 'x')) + frame(3, "y"));
}

TEST(ChannelStream, ARecordHasALongestLength) {
  const FileDescriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  ChannelStream stream(null.get(), true, 1U << 30U);
  ASSERT_TRUE(stream.begin_value());
  const std::string piece(64U << 20U, 'x');
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(stream.append(piece));
  ASSERT_TRUE(stream.append(std::string_view(piece).substr(1)));
  EXPECT_EQ(stream.append("x").error().kind, ErrorKind::kInvalid);
}

TEST(ChannelStream, AStreamHasALimit) {
  const FileDescriptor null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  ChannelStream stream(null.get(), false, 3);
  EXPECT_TRUE(stream.append("abc"));
  EXPECT_EQ(stream.append("d").error().kind, ErrorKind::kLimitExceeded);
}

}  // namespace
}  // namespace tunesmith::training
