// SPDX-License-Identifier: Apache-2.0
#include "objects/blob_files.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <set>

namespace tunesmith::objects {
namespace {

namespace fs = std::filesystem;

class BlobFilesTest : public testing::Test {
 protected:
  fs::path folder = fs::temp_directory_path() / ("tunesmith-blobs-" + random_hex(6));
  std::unique_ptr<BlobFiles> files = BlobFiles::open(folder).value();
  std::set<std::string> rows;

  ~BlobFilesTest() override { fs::remove_all(folder); }

  std::string write(const std::string& content) {
    const auto writer = files->create().value();
    EXPECT_TRUE(writer->append(content));
    EXPECT_TRUE(writer->publish());
    return writer->id();
  }
  void restart() { files = BlobFiles::open(folder).value(); }
  std::size_t sweep() {
    return files
        ->sweep([&](const auto& visit) -> Result<void> {
          for (const auto& id : rows) visit(id);
          return {};
        })
        .value()
        .files;
  }
  bool exists(const std::string& id) const { return fs::exists(files->path_of(id)); }
};

TEST_F(BlobFilesTest, ABlobThatWasNotPublishedLeavesNothing) {
  {
    const auto writer = files->create().value();
    ASSERT_TRUE(writer->append("half"));
    EXPECT_FALSE(exists(writer->id()));
  }
  EXPECT_TRUE(fs::is_empty(folder / "incoming"));
}

TEST_F(BlobFilesTest, WhatACrashLeftHalfWrittenIsGoneAfterTheNextStart) {
  const auto writer = files->create().value();
  ASSERT_TRUE(writer->append("half"));
  restart();
  EXPECT_TRUE(fs::is_empty(folder / "incoming"));
}

TEST_F(BlobFilesTest, ASweepRemovesEarlierBlobsWithoutARowAndNoOthers) {
  const std::string named = write("named");
  const std::string orphan = write("orphan");
  rows.insert(named);
  EXPECT_EQ(sweep(), 0U) << "blobs of this process may still get their rows";
  restart();
  const std::string fresh = write("fresh");
  EXPECT_EQ(sweep(), 1U);
  EXPECT_TRUE(exists(named));
  EXPECT_FALSE(exists(orphan));
  EXPECT_TRUE(exists(fresh));
}

TEST_F(BlobFilesTest, ASweepLeavesFilesAloneThatAreNoBlobs) {
  restart();
  fs::create_directory(folder / "00");
  const fs::path stranger = folder / "00" / "README";
  ASSERT_TRUE(write_file_durably(stranger, "x"));
  EXPECT_EQ(sweep(), 0U);
  EXPECT_TRUE(fs::exists(stranger));
}

TEST_F(BlobFilesTest, ASweepThatCannotReadTheRowsRemovesNothing) {
  const std::string id = write("x");
  restart();
  const auto result = files->sweep(
      [](const auto&) -> Result<void> { return Error(ErrorKind::kUnavailable, "no"); });
  EXPECT_EQ(result.error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(exists(id));
}

TEST_F(BlobFilesTest, APinnedBlobIsDeletedWhenTheLastPinGoes) {
  const std::string id = write("x");
  auto first = std::make_unique<BlobFiles::Pin>(*files, "version");
  auto second = std::make_unique<BlobFiles::Pin>(*files, "version");
  files->remove({{"version", {id}}});
  first.reset();
  EXPECT_TRUE(exists(id));
  second.reset();
  EXPECT_FALSE(exists(id));
}

TEST_F(BlobFilesTest, ALinkedBlobOutlivesTheOneItCameFrom) {
  const std::string id = write("content");
  const std::string copy = files->link(id).value();
  files->remove({{id, {id}}});
  EXPECT_FALSE(exists(id));
  EXPECT_EQ(read_file(files->path_of(copy)).value(), "content");
}

TEST_F(BlobFilesTest, LinkingWhatIsGoneIsNotFound) {
  EXPECT_EQ(files->link(files->new_id()).error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace tunesmith::objects
