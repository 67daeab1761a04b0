// SPDX-License-Identifier: Apache-2.0
#include "backup/backup.h"

#include "base/files.h"
#include "base/random.h"
#include "objects/blob_hold.h"
#include "objects/filesystem_object_store.h"
#include "store/sqlite/database.h"
#include "store/sqlite/object_tables.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <atomic>
#include <cstring>
#include <optional>
#include <thread>

#include "backup/restore.h"
#include "backup/verify.h"

namespace tunesmith::backup {
namespace {

namespace fs = std::filesystem;

class Text final : public objects::ByteSource {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

struct Backup : ::testing::Test {
  const fs::path root = fs::temp_directory_path() / ("backup-test-" + random_hex(6));
  const fs::path data = root / "data";
  const fs::path target = root / "backup";
  SystemClock clock;
  std::unique_ptr<store::Database> database;
  std::optional<store::SqliteObjectIndex> index;
  std::unique_ptr<objects::FilesystemObjectStore> store;

  void SetUp() override {
    fs::create_directories(data / "secrets");
    ASSERT_TRUE(write_file_durably(data / "credentials", "keys"));
    ASSERT_TRUE(write_file_durably(data / "secrets" / "s", "secret"));
    open(data);
    ASSERT_TRUE(store->create_bucket("bucket", "us-east-1"));
  }
  void TearDown() override {
    close();
    fs::remove_all(root);
  }
  void open(const fs::path& folder) {
    database = store::Database::open(folder / "tunesmith.db").value();
    index.emplace(*database);
    store = objects::FilesystemObjectStore::open(folder / "objects", *index, clock).value();
  }
  void close() {
    store.reset();
    index.reset();
    database.reset();
  }
  void put(const std::string& key, const std::string& body) {
    Text text(body);
    auto staged = store->stage(text, {}, body.size());
    ASSERT_TRUE(staged);
    ASSERT_TRUE(store->put("bucket", key, std::move(*staged), {}));
  }
  fs::path blob_of(const fs::path& folder, const std::string& key) {
    const std::string id = store->head("bucket", key).value().version;
    return folder / "objects" / id.substr(30) / id;
  }
};

TEST_F(Backup, ARestoredBackupIsWhatWasThere) {
  put("a", "first");
  put("b", std::string(100'000, 'b'));
  const auto report = back_up(data, target);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->blobs, 2U);
  put("a", "changed since");
  close();
  ASSERT_TRUE(restore(target, root / "restored"));
  const auto verified = verify(root / "restored");
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->problems, std::vector<std::string>());
  EXPECT_EQ(verified->blobs, 2U);
  EXPECT_EQ(read_file(root / "restored" / "secrets" / "s").value(), "secret");
  open(root / "restored");
  EXPECT_EQ(store->head("bucket", "a").value().size, 5U);
}

TEST_F(Backup, ASecondBackupCopiesWhatIsNewAndDropsWhatIsGone) {
  put("a", "first");
  put("b", "second");
  ASSERT_TRUE(back_up(data, target));
  const fs::path gone = blob_of(target, "a");
  ASSERT_TRUE(fs::exists(gone));
  ASSERT_TRUE(store->remove("bucket", "a", std::nullopt));
  put("c", "third");
  const auto again = back_up(data, target);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->copied_blobs, 1U);
  EXPECT_EQ(again->blobs, 2U);
  EXPECT_FALSE(fs::exists(gone));
  EXPECT_TRUE(verify(target).value().problems.empty());
}

TEST_F(Backup, OneAtATimeGoesIntoAPlace) {
  put("a", "first");
  ASSERT_TRUE(back_up(data, target));
  {
    const FileDescriptor other(::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
    EXPECT_EQ(back_up(data, target).error().kind, ErrorKind::kConflict);
    EXPECT_EQ(restore(target, root / "restored").error().kind, ErrorKind::kConflict);
  }
  EXPECT_TRUE(back_up(data, target));
}

TEST_F(Backup, ARestoreThatWasInterruptedIsGoneOnWith) {
  put("a", "first");
  ASSERT_TRUE(back_up(data, target));
  const fs::path restored = root / "restored";
  ASSERT_TRUE(restore(target, restored));
  EXPECT_FALSE(fs::exists(restored / kRestoreMark));
  // As it was before its last steps.
  fs::remove(restored / "tunesmith.db");
  ASSERT_TRUE(write_file_durably(restored / kRestoreMark, target.string()));
  ASSERT_TRUE(back_up(data, root / "other"));
  EXPECT_EQ(restore(root / "other", restored).error().kind, ErrorKind::kInvalid) << "a mixture";
  ASSERT_TRUE(restore(target, restored));
  EXPECT_FALSE(fs::exists(restored / kRestoreMark));
  EXPECT_TRUE(verify(restored).value().problems.empty());
  EXPECT_EQ(restore(target, restored).error().kind, ErrorKind::kInvalid);
}

TEST_F(Backup, IsConsistentWhileObjectsComeAndGo) {
  std::atomic<bool> stop = false;
  std::thread busy([&] {
    for (int n = 0; !stop; ++n) {
      put("k" + std::to_string(n % 5), std::string(2000, static_cast<char>('a' + n % 26)));
      if (n % 3 == 0) (void)store->remove("bucket", "k" + std::to_string((n + 2) % 5), {});
    }
  });
  for (int round = 0; round < 5; ++round) {
    const auto report = back_up(data, target);
    EXPECT_TRUE(report) << report.error().message;
    EXPECT_EQ(verify(target).value().problems, std::vector<std::string>());
    EXPECT_EQ(verify(data).value().problems, std::vector<std::string>());
  }
  stop = true;
  busy.join();
}

TEST_F(Backup, WhatIsReplacedWhileABackupHoldsTheBlobsIsDeletedLater) {
  put("a", "first");
  const fs::path replaced = blob_of(data, "a");
  {
    const auto hold = objects::hold_blobs(data / "objects");
    ASSERT_TRUE(hold);
    put("a", "second");
    EXPECT_TRUE(fs::exists(replaced));
  }
  ASSERT_TRUE(store->remove("bucket", "a", std::nullopt));
  EXPECT_FALSE(fs::exists(replaced));
}

TEST_F(Backup, ABlobThatIsMissingIsNamed) {
  put("a", "first");
  fs::remove(blob_of(data, "a"));
  EXPECT_EQ(back_up(data, target).error().kind, ErrorKind::kCorrupt);
}

TEST_F(Backup, VerifyNamesTheObjectWhoseBytesAreWrong) {
  put("fine", "good");
  put("flipped", "one bit");
  put("cut", "shorter");
  put("lost", "gone");
  ASSERT_TRUE(write_file_durably(blob_of(data, "flipped"), "one bjt"));
  ASSERT_TRUE(write_file_durably(blob_of(data, "cut"), "short"));
  fs::remove(blob_of(data, "lost"));
  const auto report = verify(data).value();
  ASSERT_EQ(report.problems.size(), 3U);
  std::string all;
  for (const auto& problem : report.problems) all += problem + "\n";
  EXPECT_NE(all.find("s3://bucket/flipped: "), std::string::npos) << all;
  EXPECT_NE(all.find("s3://bucket/cut: "), std::string::npos) << all;
  EXPECT_NE(all.find("s3://bucket/lost: "), std::string::npos) << all;
}

TEST_F(Backup, VerifyFindsRowsThatReferToNothing) {
  ASSERT_TRUE(database->write([](store::Connection& c) {
    return c.execute(
        "INSERT INTO segments VALUES ('nobody', 1, 'ff', 1, 'e', X'', 0);"
        "INSERT INTO access_keys VALUES ('AKIA', 'ghost', 1, 0)");
  }));
  const auto report = verify(data).value();
  EXPECT_EQ(report.problems.size(), 2U);
}

TEST_F(Backup, RefusesAPlaceThatHoldsSomethingElse) {
  fs::create_directories(target);
  ASSERT_TRUE(write_file_durably(target / "thesis.tex", "years of work"));
  EXPECT_EQ(back_up(data, target).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(back_up(root / "nothing", root / "b").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(back_up(data, data).error().kind, ErrorKind::kInvalid);
  for (const char* below : {"backup", "objects/incoming/bk", "objects/../new/folder"}) {
    EXPECT_EQ(back_up(data, data / below).error().kind, ErrorKind::kInvalid) << below;
  }
  fs::create_directory_symlink(data / "objects", root / "link");
  EXPECT_EQ(back_up(data, root / "link" / "bk").error().kind, ErrorKind::kInvalid);
  EXPECT_FALSE(fs::exists(data / "objects" / "bk"));
  EXPECT_EQ(restore(target, root / "r").error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(back_up(data, root / "good"));
  EXPECT_EQ(restore(root / "good", target).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace tunesmith::backup
