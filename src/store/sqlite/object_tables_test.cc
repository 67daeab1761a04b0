// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/object_tables.h"

#include "base/random.h"
#include "store/sqlite/database.h"
#include "store/sqlite/object_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tunesmith::store {
namespace {

class ObjectTables : public testing::Test {
 protected:
  std::unique_ptr<Database> database = Database::open(":memory:").value();
  SqliteObjectIndex index{*database};

  void SetUp() override { ASSERT_TRUE(index.create_bucket({"data", "us-east-1", from_millis(5)})); }
  static ObjectRow row(const std::string& key) {
    ObjectRow object;
    object.key = key;
    object.version = random_hex(16);
    object.etag = "e-" + key;
    object.size = 3;
    return object;
  }
  void put(const std::string& key) { ASSERT_TRUE(index.put_object("data", row(key), {})); }
};

// What a listing must return, computed from all keys.
ObjectPage expected_page(const std::set<std::string>& keys, const ListQuery& query) {
  ObjectPage page;
  for (const std::string& key : keys) {
    if (!key.starts_with(query.prefix)) continue;
    if (!query.after.empty() && key <= query.after) continue;
    if (query.after_is_group && key.starts_with(query.after)) continue;
    std::string group;
    if (!query.delimiter.empty()) {
      const auto at = key.find(query.delimiter, query.prefix.size());
      if (at != std::string::npos) group = key.substr(0, at + query.delimiter.size());
    }
    if (!group.empty() && !page.groups.empty() && page.groups.back() == group) continue;
    if (page.objects.size() + page.groups.size() == query.limit) {
      page.truncated = true;
      break;
    }
    page.last = group.empty() ? key : group;
    page.last_is_group = !group.empty();
    if (group.empty()) {
      page.objects.emplace_back().key = key;
    } else {
      page.groups.push_back(group);
    }
  }
  return page;
}

TEST_F(ObjectTables, ListsRandomKeysPageByPageAsAPlainScanWould) {
  Rng rng(7);
  constexpr std::string_view kLetters = "ab/-";
  std::set<std::string> keys;
  while (keys.size() < 200) {
    std::string key;
    for (std::uint64_t n = 1 + rng.below(7); n > 0; --n) key += kLetters[rng.below(4)];
    keys.insert(key);
  }
  keys.insert("a\xF4\x8F\xBF\xBF/last");
  for (const auto& key : keys) put(key);
  for (int round = 0; round < 300; ++round) {
    ListQuery query;
    for (std::uint64_t n = rng.below(3); n > 0; --n) query.prefix += kLetters[rng.below(4)];
    const auto choice = rng.below(4);
    query.delimiter = choice == 0 ? "" : choice == 1 ? "a/" : "/";
    query.limit = 1 + rng.below(9);
    for (int page_number = 0; page_number < 250; ++page_number) {
      const auto expected = expected_page(keys, query);
      const auto page = index.list_objects("data", query).value();
      ASSERT_EQ(page.groups, expected.groups);
      ASSERT_EQ(page.objects.size(), expected.objects.size());
      for (std::size_t i = 0; i < page.objects.size(); ++i) {
        ASSERT_EQ(page.objects[i].key, expected.objects[i].key);
      }
      ASSERT_EQ(page.truncated, expected.truncated);
      if (!page.truncated) break;
      ASSERT_EQ(page.last, expected.last);
      query.after = page.last;
      query.after_is_group = page.last_is_group;
    }
  }
}

TEST_F(ObjectTables, KeepsEveryFieldOfAnObject) {
  ObjectRow object = row("k");
  object.size = std::uint64_t{5} << 40U;
  object.modified = from_millis(1234567890123);
  object.checksum = Checksum{ChecksumAlgorithm::kSha1, true, std::string("\0\xff\x01", 3)};
  object.part_count = 2;
  object.attributes = {"text/csv", "gzip",        "inline",
                       "de",       "no-cache",    "Thu, 01 Jan 1970",
                       "/x",       "STANDARD_IA", {{"a", "1"}, {"b", "\xff\"\\\n"}}};
  object.tags = {{"k", "v"}, {"", ""}};
  ASSERT_TRUE(index.put_object("data", object, {}));
  const ObjectRow found = index.find_object("data", "k").value();
  EXPECT_EQ(found.version, object.version);
  EXPECT_EQ(found.size, object.size);
  EXPECT_EQ(found.etag, object.etag);
  EXPECT_EQ(found.modified, object.modified);
  EXPECT_EQ(found.checksum, object.checksum);
  EXPECT_EQ(found.part_count, 2U);
  EXPECT_EQ(found.attributes, object.attributes);
  EXPECT_EQ(found.tags, object.tags);
}

TEST_F(ObjectTables, AReplacedObjectLeavesItsBlobBehindOnce) {
  const ObjectRow first = row("k");
  EXPECT_TRUE(index.put_object("data", first, {}).value().empty());
  const auto garbage = index.put_object("data", row("k"), {}).value();
  ASSERT_EQ(garbage.size(), 1U);
  EXPECT_EQ(garbage[0].blobs, std::vector{first.version});
}

TEST_F(ObjectTables, AConditionThatFailsChangesNothing) {
  const ObjectRow first = row("k");
  ASSERT_TRUE(index.put_object("data", first, {}));
  PutCondition absent;
  absent.must_be_absent = true;
  EXPECT_EQ(index.put_object("data", row("k"), absent).error().reason, reason::kPrecondition);
  PutCondition other;
  other.must_have = "other";
  EXPECT_EQ(index.put_object("data", row("k"), other).error().reason, reason::kPrecondition);
  EXPECT_EQ(index.put_object("data", row("new"), other).error().reason, reason::kNoSuchKey);
  EXPECT_EQ(index.find_object("data", "k").value().version, first.version);
  other.must_have = first.etag;
  EXPECT_TRUE(index.put_object("data", row("k"), other));
}

TEST_F(ObjectTables, CompletingKeepsTheListedPartsAndDropsTheOthers) {
  UploadRow upload;
  upload.id = "00ff";
  upload.key = "big";
  ASSERT_TRUE(index.create_upload("data", upload));
  std::vector<SegmentRow> parts;
  for (std::uint32_t n : {3U, 1U, 2U}) {
    SegmentRow part;
    part.number = n;
    part.blob = "blob" + std::to_string(n);
    part.size = n;
    ASSERT_TRUE(index.put_part("00ff", part));
  }
  parts = index.list_segments("00ff", 0, 10).value();
  ASSERT_EQ(parts.size(), 3U);
  parts.erase(parts.begin() + 1);
  ObjectRow object = row("big");
  object.version = "00ff";
  object.part_count = 2;
  const auto garbage = index.complete_upload("data", object, parts, {}).value();
  ASSERT_EQ(garbage.size(), 1U);
  EXPECT_EQ(garbage[0].blobs, std::vector<std::string>{"blob2"});
  EXPECT_EQ(index.find_upload("data", "big", "00ff").error().reason, reason::kNoSuchUpload);
  std::vector<std::string> blobs;
  ASSERT_TRUE(index.for_each_blob([&](std::string_view blob) { blobs.emplace_back(blob); }));
  std::sort(blobs.begin(), blobs.end());
  EXPECT_EQ(blobs, (std::vector<std::string>{"blob1", "blob3"}));
}

TEST_F(ObjectTables, CompletingWithAPartThatWasReplacedMeanwhileIsRefused) {
  UploadRow upload;
  upload.id = "00ff";
  upload.key = "big";
  ASSERT_TRUE(index.create_upload("data", upload));
  SegmentRow part;
  part.number = 1;
  part.blob = "old";
  ASSERT_TRUE(index.put_part("00ff", part));
  const auto parts = index.list_segments("00ff", 0, 10).value();
  part.blob = "new";
  EXPECT_EQ(index.put_part("00ff", part).value().at(0).blobs.at(0), "old");
  ObjectRow object = row("big");
  object.version = "00ff";
  EXPECT_EQ(index.complete_upload("data", object, parts, {}).error().reason, reason::kPartsChanged);
}

TEST_F(ObjectTables, ABucketWithObjectsStaysAndOneWithUploadsGoesWithThem) {
  put("k");
  EXPECT_EQ(index.delete_bucket("data").error().reason, reason::kBucketNotEmpty);
  ASSERT_TRUE(index.delete_objects("data", {"k"}, std::nullopt));
  UploadRow upload;
  upload.id = "00ff";
  upload.key = "big";
  ASSERT_TRUE(index.create_upload("data", upload));
  SegmentRow part;
  part.number = 1;
  part.blob = "b";
  ASSERT_TRUE(index.put_part("00ff", part));
  EXPECT_EQ(index.delete_bucket("data").value().at(0).blobs, std::vector<std::string>{"b"});
  EXPECT_EQ(index.find_bucket("data").error().reason, reason::kNoSuchBucket);
}

TEST_F(ObjectTables, UploadsOfOneKeyAreListedById) {
  for (const char* id : {"03", "01", "02"}) {
    UploadRow upload;
    upload.id = id;
    upload.key = "k";
    ASSERT_TRUE(index.create_upload("data", upload));
  }
  UploadRow nested;
  nested.id = "09";
  nested.key = "d/x";
  ASSERT_TRUE(index.create_upload("data", nested));
  UploadQuery query;
  query.delimiter = "/";
  query.limit = 2;
  const auto first = index.list_uploads("data", query).value();
  EXPECT_EQ(first.groups, std::vector<std::string>{"d/"});
  ASSERT_EQ(first.uploads.size(), 1U);
  EXPECT_EQ(first.uploads[0].id, "01");
  EXPECT_TRUE(first.truncated);
  query.key_after = first.last_key;
  query.id_after = first.last_id;
  const auto second = index.list_uploads("data", query).value();
  ASSERT_EQ(second.uploads.size(), 2U);
  EXPECT_EQ(second.uploads[1].id, "03");
  EXPECT_FALSE(second.truncated);
  query.id_after.clear();
  EXPECT_TRUE(index.list_uploads("data", query).value().uploads.empty());
}

TEST(ObjectText, DamagedTextIsCorruptNotACrash) {
  for (const char* text : {"{", "[]", "null", "7", "\xff"}) {
    EXPECT_EQ(attributes_from_text(text).error().kind, ErrorKind::kCorrupt) << text;
  }
  for (const char* text : {"{", "{}", "[1]", "[[\"a\"]]"}) {
    EXPECT_EQ(tags_from_text(text).error().kind, ErrorKind::kCorrupt) << text;
  }
}

}  // namespace
}  // namespace tunesmith::store
