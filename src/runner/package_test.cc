// SPDX-License-Identifier: Apache-2.0
#include "runner/package.h"

#include "base/files.h"
#include "base/random.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace tunesmith::runner {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

struct Unpacked {
  std::vector<std::string> names;
  std::map<std::string, std::string> contents;
  std::map<std::string, std::string> links;
};

Unpacked unpack(const fs::path& file) {
  Unpacked result;
  archive* a = archive_read_new();
  archive_read_support_filter_gzip(a);
  archive_read_support_format_tar(a);
  EXPECT_EQ(archive_read_open_filename(a, file.c_str(), 65536), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
    const std::string name = archive_entry_pathname(entry);
    result.names.push_back(name);
    if (const char* target = archive_entry_symlink(entry)) result.links[name] = target;
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    std::string content(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
    EXPECT_EQ(archive_read_data(a, content.data(), content.size()),
              static_cast<la_ssize_t>(content.size()));
    result.contents[name] = content;
  }
  archive_read_free(a);
  return result;
}

class PackageTest : public ::testing::Test {
 protected:
  PackageTest() : root_(fs::temp_directory_path() / ("package-" + random_hex(8))) {
    fs::create_directories(root_ / "model");
  }
  ~PackageTest() override { fs::remove_all(root_); }
  void write(const std::string& name, const std::string& content) const {
    fs::create_directories((root_ / "model" / name).parent_path());
    std::ofstream(root_ / "model" / name) << content;
  }
  Unpacked packed() const {
    const auto size = pack_folder(root_ / "model", root_ / "a.tar.gz");
    EXPECT_TRUE(size);
    EXPECT_EQ(size.value_or(0), fs::file_size(root_ / "a.tar.gz"));
    return unpack(root_ / "a.tar.gz");
  }
  const fs::path root_;
};

TEST_F(PackageTest, FilesOfAnySizeAndNameComeBackInOrder) {
  Rng rng(1);
  std::string large;
  for (int i = 0; i < 700'000; ++i) large += static_cast<char>(rng.below(256));
  const std::string long_name = "d/" + std::string(180, 'n');
  write("xgboost-model", large);
  write(long_name, "deep");
  write("empty", "");
  write("caf\xC3\xA9", "accent");
  const Unpacked back = packed();
  EXPECT_THAT(back.names, ElementsAre("caf\xC3\xA9", "d/", long_name, "empty", "xgboost-model"));
  EXPECT_EQ(back.contents.at("xgboost-model"), large);
  EXPECT_EQ(back.contents.at(long_name), "deep");
  EXPECT_EQ(back.contents.at("empty"), "");
}

TEST_F(PackageTest, LinksArePackedAsLinksAndNeverFollowed) {
  std::ofstream(root_ / "secret") << "secret";
  fs::create_symlink(root_ / "secret", root_ / "model/link");
  fs::create_directory_symlink(root_, root_ / "model/up");
  const Unpacked back = packed();
  EXPECT_THAT(back.names, ElementsAre("link", "up"));
  EXPECT_EQ(back.links.at("link"), (root_ / "secret").string());
}

TEST_F(PackageTest, PipesAreLeftOut) {
  ASSERT_EQ(mkfifo((root_ / "model/pipe").c_str(), 0600), 0);
  EXPECT_TRUE(packed().names.empty());
}

TEST_F(PackageTest, TheSameFolderGivesTheSameBytes) {
  write("b", "2");
  write("a", "1");
  packed();
  const auto first = read_file(root_ / "a.tar.gz");
  packed();
  EXPECT_EQ(*first, *read_file(root_ / "a.tar.gz"));
}

TEST_F(PackageTest, AFolderThatIsNotThereIsAnErrorAndEmpty) {
  EXPECT_FALSE(pack_folder(root_ / "nowhere", root_ / "a.tar.gz"));
  EXPECT_TRUE(is_empty_folder(root_ / "nowhere"));
  EXPECT_TRUE(is_empty_folder(root_ / "model"));
  write("a", "1");
  EXPECT_FALSE(is_empty_folder(root_ / "model"));
}

}  // namespace
}  // namespace tunesmith::runner
