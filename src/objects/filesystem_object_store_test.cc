// SPDX-License-Identifier: Apache-2.0
#include "objects/filesystem_object_store.h"

#include "base/random.h"
#include "objects/object_store_contract.h"
#include "store/sqlite/database.h"
#include "store/sqlite/object_tables.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace tunesmith::objects {
namespace {

namespace fs = std::filesystem;

class FilesystemEnvironment final : public StoreEnvironment {
 public:
  FilesystemEnvironment() { start(); }
  ~FilesystemEnvironment() override {
    store_.reset();
    index_.reset();
    database_.reset();
    fs::remove_all(folder_);
  }
  FilesystemObjectStore& store() override { return *store_; }
  store::ObjectIndex& index() { return *index_; }
  fs::path folder() const { return folder_ / "objects"; }

  /// As a new process would find it.
  void restart() {
    store_.reset();
    index_.reset();
    database_.reset();
    start();
  }
  std::size_t count_files() const {
    std::size_t n = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder()))
      n += entry.is_regular_file() ? 1 : 0;
    return n;
  }

 private:
  void start() {
    fs::create_directories(folder_);
    database_ = store::Database::open(folder_ / "tunesmith.db").value();
    index_ = std::make_unique<store::SqliteObjectIndex>(*database_);
    FilesystemStoreOptions options;
    options.min_part = 4;
    options.sweep_at_start = false;
    options.max_put = 1U << 20U;
    options.max_object = 2U << 20U;
    store_ = FilesystemObjectStore::open(folder(), *index_, clock_, options).value();
  }

  fs::path folder_ = fs::temp_directory_path() / ("tunesmith-objects-" + random_hex(6));
  SystemClock clock_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::SqliteObjectIndex> index_;
  std::unique_ptr<FilesystemObjectStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Filesystem, ObjectStoreContract, testing::Values([] {
                           return std::unique_ptr<StoreEnvironment>(
                               std::make_unique<FilesystemEnvironment>());
                         }));

TEST(FilesystemStoreStart, SweepsInTheBackground) {
  FilesystemEnvironment environment;
  const fs::path orphan = environment.folder() / "ab" / (std::string(30, '0') + "ab");
  fs::create_directory(orphan.parent_path());
  ASSERT_TRUE(write_file_durably(orphan, "lost"));
  SystemClock clock;
  const auto store =
      FilesystemObjectStore::open(environment.folder(), environment.index(), clock).value();
  while (fs::exists(orphan)) std::this_thread::yield();
}

class FilesystemStore : public testing::Test {
 protected:
  FilesystemEnvironment environment;

  void SetUp() override { ASSERT_TRUE(environment.store().create_bucket("data", "us-east-1")); }
  std::unique_ptr<StagedContent> stage(const std::string& content,
                                       const std::vector<ChecksumAlgorithm>& checksums = {}) {
    StringSource source(content);
    return environment.store().stage(source, checksums, std::nullopt).value();
  }
  std::string read(const std::string& key) {
    const auto object = environment.store().get("data", key).value();
    const auto source = as_source(object->open().value());
    std::string content(object->info().size + 1, '\0');
    std::size_t at = 0;
    while (const std::size_t n = source->read(std::span(content).subspan(at)).value()) at += n;
    content.resize(at);
    return content;
  }
};

TEST_F(FilesystemStore, FindsEverythingAgainAfterARestart) {
  ASSERT_TRUE(environment.store().put("data", "k", stage("content"), {}));
  environment.restart();
  EXPECT_EQ(environment.store().sweep_orphans().value().files, 0U);
  EXPECT_EQ(read("k"), "content");
}

TEST_F(FilesystemStore, KeepsNoFileOfWhatWasReplacedRemovedOrRefused) {
  auto& store = environment.store();
  ASSERT_TRUE(store.put("data", "k", stage("one"), {}));
  ASSERT_TRUE(store.put("data", "k", stage("two"), {}));
  EXPECT_EQ(environment.count_files(), 1U);
  PutRequest absent;
  absent.condition.must_be_absent = true;
  EXPECT_FALSE(store.put("data", "k", stage("three"), absent));
  EXPECT_FALSE(store.put("nope", "k", stage("three"), {}));
  EXPECT_FALSE(store.put("data", "", stage("three"), {}));
  EXPECT_EQ(environment.count_files(), 1U);
  const auto id = store.create_upload("data", "m", {}).value();
  const auto upload = store.head_upload("data", "m", id).value();
  CompleteRequest request;
  for (const std::uint32_t number : {1U, 2U, 2U, 3U}) {
    const auto part =
        store.put_part(upload, number, stage("part", {part_checksum(upload)})).value();
    if (number != 2) request.parts.push_back({number, part.etag, {}});
  }
  EXPECT_EQ(environment.count_files(), 4U);
  ASSERT_TRUE(store.complete_upload("data", "m", id, request));
  EXPECT_EQ(environment.count_files(), 3U);
  ASSERT_TRUE(store.copy(*store.get("data", "m").value(), "data", "k", {}));
  EXPECT_EQ(environment.count_files(), 4U);
  ASSERT_TRUE(store.remove_many("data", {"k", "m"}));
  EXPECT_EQ(environment.count_files(), 0U);
}

TEST_F(FilesystemStore, ABlobWhoseRowNeverCameIsSweptAfterARestart) {
  // A crash between the file and the row, as it looks on the disk.
  auto blobs = BlobFiles::open(environment.folder()).value();
  const auto writer = blobs->create().value();
  ASSERT_TRUE(writer->append("lost"));
  ASSERT_TRUE(writer->publish());
  ASSERT_TRUE(environment.store().put("data", "k", stage("kept"), {}));
  environment.restart();
  EXPECT_EQ(environment.store().sweep_orphans().value().files, 1U);
  EXPECT_EQ(environment.count_files(), 1U);
  EXPECT_EQ(read("k"), "kept");
}

TEST_F(FilesystemStore, PartsOfAnUnfinishedUploadSurviveARestartAndASweep) {
  const auto id = environment.store().create_upload("data", "m", {}).value();
  auto upload = environment.store().head_upload("data", "m", id).value();
  CompleteRequest request;
  request.parts.push_back(
      {1,
       environment.store().put_part(upload, 1, stage("abcd", {part_checksum(upload)})).value().etag,
       {}});
  environment.restart();
  EXPECT_EQ(environment.store().sweep_orphans().value().files, 0U);
  ASSERT_TRUE(environment.store().complete_upload("data", "m", id, request));
  EXPECT_EQ(read("m"), "abcd");
}

TEST_F(FilesystemStore, AFileThatIsGoneIsReportedAsCorruptAndDoesNotHang) {
  const auto info = environment.store().put("data", "k", stage("content"), {}).value();
  const auto path = environment.store().get("data", "k").value()->local_file().value();
  fs::remove(path);
  EXPECT_EQ(environment.store().get("data", "k").error().kind, ErrorKind::kCorrupt);
}

TEST_F(FilesystemStore, RefusesMoreThanTheLimitAndLeavesNothing) {
  StringSource announced("x");
  EXPECT_EQ(environment.store().stage(announced, {}, (1U << 20U) + 1).error().reason,
            reason::kTooLarge);
  StringSource longer(std::string((1U << 20U) + 1, 'x'));
  EXPECT_EQ(environment.store().stage(longer, {}, std::nullopt).error().reason, reason::kTooLarge);
  EXPECT_EQ(environment.count_files(), 0U);
  const auto id = environment.store().create_upload("data", "m", {}).value();
  const auto upload = environment.store().head_upload("data", "m", id).value();
  CompleteRequest request;
  for (const std::uint32_t number : {1U, 2U, 3U}) {
    const auto part =
        environment.store()
            .put_part(upload, number, stage(std::string(1U << 20U, 'x'), {part_checksum(upload)}))
            .value();
    request.parts.push_back({number, part.etag, {}});
  }
  EXPECT_EQ(environment.store().complete_upload("data", "m", id, request).error().reason,
            reason::kTooLarge);
}

TEST_F(FilesystemStore, ReadersNeverSeeAMixtureWhileWritersReplace) {
  auto& store = environment.store();
  const auto write_parts = [&](char letter) {
    const auto id = store.create_upload("data", "k", {}).value();
    const auto upload = store.head_upload("data", "k", id).value();
    CompleteRequest request;
    for (std::uint32_t number = 1; number <= 3; ++number) {
      request.parts.push_back(
          {number,
           store.put_part(upload, number, stage(std::string(1000, letter), {part_checksum(upload)}))
               .value()
               .etag,
           {}});
    }
    EXPECT_TRUE(store.complete_upload("data", "k", id, request));
  };
  ASSERT_TRUE(store.put("data", "k", stage(std::string(3000, 'z')), {}));
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const std::string content = read("k");
        EXPECT_EQ(content.size(), 3000U);
        EXPECT_EQ(content.find_first_not_of(content[0]), std::string::npos);
      }
    });
  }
  for (int i = 0; i < 15; ++i) {
    write_parts(static_cast<char>('a' + i));
    EXPECT_TRUE(store.put("data", "k", stage(std::string(3000, static_cast<char>('A' + i))), {}));
  }
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(environment.count_files(), 1U);
}

}  // namespace
}  // namespace tunesmith::objects
