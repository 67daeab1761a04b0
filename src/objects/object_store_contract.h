// SPDX-License-Identifier: Apache-2.0
//
// What every ObjectStore must do, as a parameterised suite: an implementation is finished when it
// passes. Instantiate ObjectStoreContract with a maker of environments. The store under test must
// allow parts of 4 bytes and more.
#pragma once

#include "objects/object_store.h"
#include "objects/reasons.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace tunesmith::objects {

/// Owns a store and what it stands on.
class StoreEnvironment {
 public:
  virtual ~StoreEnvironment() = default;
  virtual ObjectStore& store() = 0;
};

class ObjectStoreContract
    : public testing::TestWithParam<std::function<std::unique_ptr<StoreEnvironment>()>> {
 protected:
  std::unique_ptr<StoreEnvironment> environment = GetParam()();
  ObjectStore& store = environment->store();

  void SetUp() override { ASSERT_TRUE(store.create_bucket("data", "us-east-1")); }

  std::unique_ptr<StagedContent> stage(const std::string& content,
                                       const std::vector<ChecksumAlgorithm>& checksums = {}) {
    StringSource source(content);
    return store.stage(source, checksums).value();
  }
  ObjectInfo put(const std::string& key, const std::string& content,
                 const PutRequest& request = {}) {
    return store.put("data", key, stage(content), request).value();
  }
  std::string read(const OpenObject& object, std::uint64_t offset, std::uint64_t length) {
    const auto source = as_source(object.open(offset, length).value());
    std::string all;
    std::string buffer(3, '\0');
    for (;;) {
      const std::size_t n = source->read(buffer).value();
      if (n == 0) return all;
      all.append(buffer, 0, n);
    }
  }
  std::string read(const std::string& key) {
    const auto object = store.get("data", key).value();
    return read(*object, 0, object->info().size);
  }
  std::string part(const std::string& upload_id, const std::string& key, std::uint32_t number,
                   const std::string& content) {
    const auto upload = store.head_upload("data", key, upload_id).value();
    return store.put_part(upload, number, stage(content, {part_checksum(upload)})).value().etag;
  }
};

TEST_P(ObjectStoreContract, GivesBackWhatWasPut) {
  PutRequest request;
  request.attributes.content_type = "text/csv";
  request.attributes.user_metadata = {{"a", "b"}};
  request.tags = {{"t", "v"}};
  const auto info = put("a/b c", "hello", request);
  EXPECT_EQ(info.etag, "5d41402abc4b2a76b9719d911017c592");
  const auto head = store.head("data", "a/b c").value();
  EXPECT_EQ(head.size, 5U);
  EXPECT_EQ(head.etag, info.etag);
  EXPECT_EQ(head.attributes, request.attributes);
  EXPECT_EQ(head.tags, request.tags);
  EXPECT_EQ(read("a/b c"), "hello");
}

TEST_P(ObjectStoreContract, AKeyMayBeThePrefixOfAnotherAndHoldAnyByte) {
  const std::vector<std::string> keys = {
      "a", "a/", "a/b", "..", "../x", "/", std::string("z\0", 2), "\xF0\x9F\x98\x80", "\n"};
  for (const auto& key : keys) put(key, "content of " + key);
  for (const auto& key : keys) EXPECT_EQ(read(key), "content of " + key);
}

TEST_P(ObjectStoreContract, AnEmptyObjectIsAnObject) {
  put("empty", "");
  EXPECT_EQ(read("empty"), "");
  EXPECT_EQ(store.head("data", "empty").value().etag, "d41d8cd98f00b204e9800998ecf8427e");
}

TEST_P(ObjectStoreContract, SaysWhatIsMissing) {
  EXPECT_EQ(store.get("nope", "k").error().reason, reason::kNoSuchBucket);
  EXPECT_EQ(store.get("data", "k").error().reason, reason::kNoSuchKey);
  EXPECT_EQ(store.head("data", "k").error().reason, reason::kNoSuchKey);
  EXPECT_EQ(store.put("nope", "k", stage("x"), {}).error().reason, reason::kNoSuchBucket);
  EXPECT_EQ(store.list("nope", {}).error().reason, reason::kNoSuchBucket);
  EXPECT_EQ(store.head_upload("data", "k", "x").error().reason, reason::kNoSuchUpload);
  EXPECT_EQ(store.delete_bucket("nope").error().reason, reason::kNoSuchBucket);
  EXPECT_EQ(store.set_tags("data", "k", {}).error().reason, reason::kNoSuchKey);
}

TEST_P(ObjectStoreContract, ABucketIsCreatedOnceAndDeletedWhenEmpty) {
  EXPECT_EQ(store.create_bucket("data", "us-east-1").error().reason, reason::kBucketExists);
  EXPECT_EQ(store.create_bucket("Not A Bucket", "us-east-1").error().reason,
            reason::kInvalidBucketName);
  put("k", "x");
  EXPECT_EQ(store.delete_bucket("data").error().reason, reason::kBucketNotEmpty);
  ASSERT_TRUE(store.remove("data", "k"));
  EXPECT_TRUE(store.delete_bucket("data"));
  EXPECT_EQ(store.head_bucket("data").error().reason, reason::kNoSuchBucket);
}

TEST_P(ObjectStoreContract, AReaderKeepsItsVersionWhenTheKeyIsReplacedOrRemoved) {
  put("k", "old content");
  const auto object = store.get("data", "k").value();
  put("k", "new");
  EXPECT_EQ(read(*object, 0, 11), "old content");
  ASSERT_TRUE(store.remove("data", "k"));
  EXPECT_EQ(read(*object, 4, 7), "content");
}

TEST_P(ObjectStoreContract, AReaderOfPartsKeepsThemWhenTheKeyIsRemoved) {
  const auto id = store.create_upload("data", "k", {}).value();
  CompleteRequest request;
  request.parts = {{1, part(id, "k", 1, "first "), {}}, {2, part(id, "k", 2, "second"), {}}};
  ASSERT_TRUE(store.complete_upload("data", "k", id, request));
  const auto object = store.get("data", "k").value();
  auto content = object->open().value();
  ASSERT_TRUE(store.remove("data", "k"));
  EXPECT_EQ(read(*object, 0, 12), "first second");
  EXPECT_EQ(read(*object, 3, 5), "st se");
  EXPECT_EQ(read(*object, 7, 3), "eco");
  EXPECT_FALSE(object->open(7, 6));
}

TEST_P(ObjectStoreContract, RemovingWhatIsNotThereSucceeds) {
  EXPECT_TRUE(store.remove("data", "k"));
  EXPECT_EQ(store.remove("data", "k", "*").error().reason, reason::kNoSuchKey);
  put("k", "x");
  put("l", "x");
  EXPECT_EQ(store.remove("data", "k", "other").error().reason, reason::kPrecondition);
  EXPECT_TRUE(store.remove_many("data", {"k", "none", "l"}));
  EXPECT_TRUE(store.list("data", {}).value().objects.empty());
}

TEST_P(ObjectStoreContract, AConditionalPutReplacesOnlyWhatItNames) {
  PutRequest absent;
  absent.condition.must_be_absent = true;
  const auto first = put("k", "one", absent);
  EXPECT_EQ(store.put("data", "k", stage("two"), absent).error().reason, reason::kPrecondition);
  PutRequest matching;
  matching.condition.must_have = first.etag;
  put("k", "two", matching);
  EXPECT_EQ(store.put("data", "k", stage("three"), matching).error().reason, reason::kPrecondition);
  EXPECT_EQ(read("k"), "two");
}

TEST_P(ObjectStoreContract, StagingDigestsAndKeepsTheChecksumThatWasAskedFor) {
  auto content = stage("123456789", {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kSha1});
  EXPECT_EQ(content->size, 9U);
  EXPECT_EQ(content->checksums.at(ChecksumAlgorithm::kCrc32), "\xcb\xf4\x39\x26");
  PutRequest request;
  request.checksum = ChecksumAlgorithm::kCrc32;
  ASSERT_TRUE(store.put("data", "k", std::move(content), request));
  EXPECT_EQ(store.head("data", "k").value().checksum,
            (Checksum{ChecksumAlgorithm::kCrc32, false, "\xcb\xf4\x39\x26"}));
}

TEST_P(ObjectStoreContract, StagingRefusesAnotherSizeThanAnnounced) {
  StringSource source("12345");
  EXPECT_EQ(store.stage(source, {}, 6).error().reason, reason::kSizeMismatch);
}

TEST_P(ObjectStoreContract, StagingPassesOnTheErrorOfTheSource) {
  class Broken final : public ByteSource {
   public:
    Result<std::size_t> read(std::span<char> into) override {
      if (reads_++ == 1) return Error(ErrorKind::kUnavailable, "peer vanished");
      into[0] = 'x';
      return std::size_t{1};
    }

   private:
    int reads_ = 0;
  };
  Broken source;
  EXPECT_EQ(store.stage(source, {}).error().kind, ErrorKind::kUnavailable);
}

TEST_P(ObjectStoreContract, ACopyIsIndependentOfItsSource) {
  PutRequest request;
  request.attributes.content_type = "a/b";
  put("source", "content", request);
  const auto source = store.get("data", "source").value();
  CopyRequest copy;
  copy.attributes.content_type = "c/d";
  copy.checksum = ChecksumAlgorithm::kSha256;
  const auto info = store.copy(*source, "data", "target", copy).value();
  EXPECT_EQ(info.etag, source->info().etag);
  EXPECT_EQ(info.checksum->value, checksum(ChecksumAlgorithm::kSha256, "content"));
  ASSERT_TRUE(store.remove("data", "source"));
  EXPECT_EQ(read("target"), "content");
  EXPECT_EQ(store.head("data", "target").value().attributes.content_type, "c/d");
}

TEST_P(ObjectStoreContract, ACopyOntoItselfChangesTheAttributes) {
  put("k", "content");
  CopyRequest copy;
  copy.attributes.content_type = "c/d";
  ASSERT_TRUE(store.copy(*store.get("data", "k").value(), "data", "k", copy));
  EXPECT_EQ(read("k"), "content");
  EXPECT_EQ(store.head("data", "k").value().attributes.content_type, "c/d");
}

TEST_P(ObjectStoreContract, ACopyOfPartsOutlivesThem) {
  const auto id = store.create_upload("data", "k", {}).value();
  CompleteRequest request;
  request.parts = {{1, part(id, "k", 1, "first "), {}}, {2, part(id, "k", 2, "second"), {}}};
  ASSERT_TRUE(store.complete_upload("data", "k", id, request));
  ASSERT_TRUE(store.copy(*store.get("data", "k").value(), "data", "copy", {}));
  ASSERT_TRUE(store.remove("data", "k"));
  EXPECT_EQ(read("copy"), "first second");
}

TEST_P(ObjectStoreContract, ACopyOfWhatWasRemovedSinceItWasOpenedStillCopies) {
  put("k", "content");
  const auto source = store.get("data", "k").value();
  ASSERT_TRUE(store.remove("data", "k"));
  ASSERT_TRUE(store.copy(*source, "data", "copy", {}));
  EXPECT_EQ(read("copy"), "content");
}

TEST_P(ObjectStoreContract, PartsMayComeInAnyOrderAndBeReplaced) {
  UploadRequest upload;
  upload.attributes.content_type = "x/y";
  const auto id = store.create_upload("data", "k", upload).value();
  const auto third = part(id, "k", 3, "cc");
  part(id, "k", 1, "wrong");
  part(id, "k", 2, "left out");
  const auto first = part(id, "k", 1, "aaaa");
  CompleteRequest request;
  request.parts = {{1, first, {}}, {3, third, {}}};
  const auto info = store.complete_upload("data", "k", id, request).value();
  EXPECT_EQ(info.size, 6U);
  EXPECT_TRUE(info.etag.ends_with("-2"));
  EXPECT_EQ(info.checksum, (Checksum{ChecksumAlgorithm::kCrc64Nvme, false,
                                     checksum(ChecksumAlgorithm::kCrc64Nvme, "aaaacc")}));
  EXPECT_EQ(read("k"), "aaaacc");
  EXPECT_EQ(store.head("data", "k").value().attributes.content_type, "x/y");
  EXPECT_EQ(store.list_object_parts(info, 1, 10).value().at(0).number, 3U);
}

TEST_P(ObjectStoreContract, CompletingTwiceSucceedsTwice) {
  const auto id = store.create_upload("data", "k", {}).value();
  CompleteRequest request;
  request.parts = {{1, part(id, "k", 1, "x"), {}}};
  const auto once = store.complete_upload("data", "k", id, request).value();
  EXPECT_EQ(store.complete_upload("data", "k", id, request).value().etag, once.etag);
  request.condition.must_be_absent = true;
  EXPECT_EQ(store.complete_upload("data", "k", id, request).value().etag, once.etag);
}

TEST_P(ObjectStoreContract, AnUploadThatIsNotAsListedIsNotCompleted) {
  const auto id = store.create_upload("data", "k", {}).value();
  const auto first = part(id, "k", 1, "abc");
  const auto second = part(id, "k", 2, "abcdef");
  const auto complete = [&](std::vector<CompletedPart> parts) {
    CompleteRequest request;
    request.parts = std::move(parts);
    return store.complete_upload("data", "k", id, request).error().reason;
  };
  EXPECT_EQ(complete({}), reason::kNoParts);
  EXPECT_EQ(complete({{2, second, {}}, {1, first, {}}}), reason::kPartOrder);
  EXPECT_EQ(complete({{2, second, {}}, {2, second, {}}}), reason::kPartOrder);
  EXPECT_EQ(complete({{1, second, {}}}), reason::kInvalidPart);
  EXPECT_EQ(complete({{3, first, {}}}), reason::kInvalidPart);
  EXPECT_EQ(complete({{1, first, {}}, {2, second, {}}}), reason::kPartTooSmall);
  EXPECT_EQ(complete({{2, second, Checksum{ChecksumAlgorithm::kCrc64Nvme, false, "8 bytes."}}}),
            reason::kInvalidPart);
  CompleteRequest wrong;
  wrong.parts = {{2, second, {}}};
  wrong.checksum = Checksum{ChecksumAlgorithm::kCrc64Nvme, false, "8 bytes."};
  EXPECT_EQ(store.complete_upload("data", "k", id, wrong).error().reason, reason::kBadChecksum);
  wrong.checksum.reset();
  wrong.size = 7;
  EXPECT_EQ(store.complete_upload("data", "k", id, wrong).error().reason, reason::kSizeMismatch);
  EXPECT_EQ(store.head("data", "k").error().reason, reason::kNoSuchKey);
}

TEST_P(ObjectStoreContract, ACompositeChecksumIsThatOfThePartsChecksums) {
  UploadRequest upload;
  upload.checksum = ChecksumAlgorithm::kSha1;
  EXPECT_EQ(store.create_upload("data", "k", upload).error().reason, reason::kChecksumType);
  upload.checksum_composite = true;
  const auto id = store.create_upload("data", "k", upload).value();
  CompleteRequest request;
  request.parts = {{1, part(id, "k", 1, "aaaa"), {}}};
  EXPECT_EQ(store.complete_upload("data", "k", id, request).error().reason, reason::kChecksumType);
  request.parts[0].checksum = {ChecksumAlgorithm::kSha1, false,
                               checksum(ChecksumAlgorithm::kSha1, "aaaa")};
  request.checksum_composite = false;
  EXPECT_EQ(store.complete_upload("data", "k", id, request).error().reason, reason::kChecksumType);
  request.checksum_composite = true;
  const auto info = store.complete_upload("data", "k", id, request).value();
  EXPECT_EQ(
      info.checksum,
      (Checksum{ChecksumAlgorithm::kSha1, true,
                checksum(ChecksumAlgorithm::kSha1, checksum(ChecksumAlgorithm::kSha1, "aaaa"))}));
}

TEST_P(ObjectStoreContract, AnAbortedUploadIsGone) {
  const auto id = store.create_upload("data", "k", {}).value();
  const auto upload = store.head_upload("data", "k", id).value();
  part(id, "k", 1, "x");
  EXPECT_EQ(store.abort_upload("data", "other", id).error().reason, reason::kNoSuchUpload);
  EXPECT_EQ(store.list_uploads("data", {}).value().uploads.at(0).id, id);
  EXPECT_EQ(store.list_parts(upload, 0, 10).value().size(), 1U);
  ASSERT_TRUE(store.abort_upload("data", "k", id));
  EXPECT_EQ(store.abort_upload("data", "k", id).error().reason, reason::kNoSuchUpload);
  EXPECT_EQ(store.put_part(upload, 2, stage("x", {part_checksum(upload)})).error().reason,
            reason::kNoSuchUpload);
}

TEST_P(ObjectStoreContract, PartNumbersGoFrom1To10000) {
  const auto id = store.create_upload("data", "k", {}).value();
  const auto upload = store.head_upload("data", "k", id).value();
  for (const std::uint32_t number : {0U, 10001U}) {
    EXPECT_EQ(store.put_part(upload, number, stage("x", {part_checksum(upload)})).error().reason,
              reason::kInvalidPartNumber);
  }
  EXPECT_TRUE(store.put_part(upload, 10000, stage("x", {part_checksum(upload)})));
}

}  // namespace tunesmith::objects
