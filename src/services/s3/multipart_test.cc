// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "services/s3/s3_fixture.h"

namespace tunesmith::services::s3 {
namespace {

class Multipart : public S3Fixture {
 protected:
  std::string create(const std::optional<std::string>& algorithm = {},
                     const std::optional<std::string>& type = {}) {
    api::CreateMultipartUploadRequest input;
    input.bucket = "data";
    input.key = "k";
    input.checksum_algorithm = algorithm;
    input.checksum_type = type;
    const auto output = create_multipart_upload(call(), input);
    return output ? *output->upload_id : output.error().code;
  }
  api::UploadPartRequest part_input(const std::string& id, int number) {
    api::UploadPartRequest input;
    input.bucket = "data";
    input.key = "k";
    input.upload_id = id;
    input.part_number = number;
    return input;
  }
  api::CompletedPart upload(const std::string& id, int number, const std::string& content) {
    auto input = part_input(id, number);
    const auto output = send(upload_part, input, content).value();
    api::CompletedPart part;
    part.part_number = number;
    part.etag = output.etag;
    part.checksum_crc32 = output.checksum_crc32;
    return part;
  }
  aws::Outcome<api::CompleteMultipartUploadOutput> complete(const std::string& id,
                                                            std::vector<api::CompletedPart> parts,
                                                            std::optional<std::string> type = {}) {
    api::CompleteMultipartUploadRequest input;
    input.bucket = "data";
    input.key = "k";
    input.upload_id = id;
    input.multipart_upload.emplace().parts = std::move(parts);
    input.checksum_type = std::move(type);
    return complete_multipart_upload(call(), input);
  }
};

TEST_F(Multipart, UploadsBecomeOneObject) {
  const auto id = create("CRC32");
  const auto second = upload(id, 2, "second");
  const auto first = upload(id, 1, "first ");
  const auto output = complete(id, {first, second}).value();
  EXPECT_EQ(output.location, "http://127.0.0.1:9000/data/k");
  EXPECT_TRUE(output.etag->ends_with("-2\""));
  EXPECT_EQ(output.checksum_type, "COMPOSITE");
  EXPECT_TRUE(output.checksum_crc32->ends_with("-2"));
  EXPECT_EQ(get("k"), "first second");
  api::GetObjectRequest input;
  input.bucket = "data";
  input.key = "k";
  input.part_number = 2;
  auto part = get_object(call(), input).value();
  EXPECT_EQ(body_of(part.body), "second");
  EXPECT_EQ(part.content_range, "bytes 6-11/12");
  EXPECT_EQ(part.parts_count, 2);
  EXPECT_FALSE(part.checksum_crc32);
  input.checksum_mode = "ENABLED";
  part = get_object(call(), input).value();
  objects::ChecksumHasher hasher(objects::ChecksumAlgorithm::kCrc32);
  hasher.update("second");
  EXPECT_EQ(part.checksum_crc32, to_base64(hasher.finish()));
  EXPECT_EQ(part.checksum_type, "COMPOSITE");
  input.part_number = 3;
  EXPECT_EQ(get_object(call(), input).error().status, 416);
  input.part_number.reset();
  input.range = "bytes=4-7";
  auto range = get_object(call(), input).value();
  EXPECT_FALSE(range.checksum_crc32);
  EXPECT_EQ(body_of(range.body), "t se");
}

TEST_F(Multipart, AFullObjectChecksumIsThatOfTheWholeContent) {
  const auto id = create("CRC32", "FULL_OBJECT");
  const auto output = complete(id, {upload(id, 1, "12345"), upload(id, 2, "6789")}).value();
  EXPECT_EQ(output.checksum_crc32, "y/Q5Jg==");
  EXPECT_EQ(output.checksum_type, "FULL_OBJECT");
}

TEST_F(Multipart, AChecksumTypeMustFitItsAlgorithm) {
  EXPECT_EQ(create("SHA256", "FULL_OBJECT"), "InvalidRequest");
  EXPECT_EQ(create("CRC64NVME", "COMPOSITE"), "InvalidRequest");
  EXPECT_EQ(create({}, "COMPOSITE"), "InvalidRequest");
  EXPECT_EQ(create("MD5"), "InvalidRequest");
  EXPECT_EQ(create("CRC32", "BOTH"), "InvalidRequest");
}

TEST_F(Multipart, CompletingSpeaksOfTheUploadsChecksum) {
  const auto whole = create("CRC32", "FULL_OBJECT");
  const auto piece = upload(whole, 1, "piece");
  EXPECT_EQ(code(complete(whole, {piece}, "COMPOSITE")), "InvalidRequest");
  EXPECT_EQ(code(complete(whole, {piece}, "BOTH")), "InvalidRequest");
  EXPECT_EQ(code(complete(whole, {piece}, "FULL_OBJECT")), "ok");
  const auto composite = create("CRC32", "COMPOSITE");
  auto part = upload(composite, 1, "piece");
  EXPECT_EQ(code(complete(composite, {part}, "FULL_OBJECT")), "InvalidRequest");
  auto bare = part;
  bare.checksum_crc32.reset();
  const auto refused = complete(composite, {bare});
  EXPECT_EQ(code(refused), "InvalidRequest");
  EXPECT_NE(refused.error().message.find("part 1"), std::string::npos);
  EXPECT_EQ(code(complete(composite, {part}, "COMPOSITE")), "ok");
  // Without an algorithm nobody asked for checksums.
  const auto plain = create();
  EXPECT_EQ(code(complete(plain, {upload(plain, 1, "piece")})), "ok");
}

TEST_F(Multipart, PartsWithAnotherChecksumThanTheUploadsAreRefused) {
  const auto id = create("SHA1");
  auto input = part_input(id, 1);
  input.checksum_crc32 = "y/Q5Jg==";
  const auto refused = send(upload_part, input, "123456789");
  EXPECT_EQ(
      refused.error().message,
      "Checksum Type mismatch occurred, expected checksum Type: sha1, actual checksum Type: crc32");
  const auto any = create();
  input.upload_id = any;
  EXPECT_EQ(send(upload_part, input, "123456789")->checksum_crc32, "y/Q5Jg==");
}

TEST_F(Multipart, CompletingRefusesWhatS3Refuses) {
  const auto id = create();
  const auto one = upload(id, 1, "one");
  const auto two = upload(id, 2, "twotwo");
  EXPECT_EQ(code(complete(id, {})), "MalformedXML");
  EXPECT_EQ(code(complete(id, {two, one})), "InvalidPartOrder");
  EXPECT_EQ(code(complete(id, {one, two})), "EntityTooSmall");
  auto wrong = two;
  wrong.etag = one.etag;
  EXPECT_EQ(code(complete(id, {wrong})), "InvalidPart");
  const auto missing = complete("0123", {two});
  EXPECT_EQ(missing.error().code, "NoSuchUpload");
  EXPECT_EQ(missing.error().status, 404);
  EXPECT_EQ(missing.error().details.at(0),
            (std::pair<std::string, std::string>("UploadId", "0123")));
  EXPECT_EQ(code(complete(id, {two})), "ok");
}

TEST_F(Multipart, PartsAreListedByPage) {
  const auto id = create("CRC32");
  for (int number = 1; number <= 3; ++number) upload(id, number, "content");
  api::ListPartsRequest input;
  input.bucket = "data";
  input.key = "k";
  input.upload_id = id;
  input.max_parts = 2;
  auto page = list_parts(call(), input).value();
  EXPECT_EQ(page.parts->size(), 2U);
  EXPECT_TRUE(*page.is_truncated);
  EXPECT_TRUE(page.parts->at(0).checksum_crc32);
  input.part_number_marker = page.next_part_number_marker;
  page = list_parts(call(), input).value();
  EXPECT_EQ(page.parts->at(0).part_number, 3);
  EXPECT_FALSE(*page.is_truncated);
  input.part_number_marker = -42;
  EXPECT_EQ(code(list_parts(call(), input)), "InvalidArgument");
}

TEST_F(Multipart, UploadsAreListedAndAborted) {
  const auto first = create();
  const auto second = create();
  api::ListMultipartUploadsRequest input;
  input.bucket = "data";
  input.max_uploads = 1;
  auto page = list_multipart_uploads(call(), input).value();
  EXPECT_TRUE(*page.is_truncated);
  input.key_marker = page.next_key_marker;
  input.upload_id_marker = page.next_upload_id_marker;
  page = list_multipart_uploads(call(), input).value();
  EXPECT_EQ(page.uploads->size(), 1U);
  EXPECT_FALSE(*page.is_truncated);
  api::AbortMultipartUploadRequest abort;
  abort.bucket = "data";
  abort.key = "k";
  abort.upload_id = first;
  EXPECT_EQ(code(abort_multipart_upload(call(), abort)), "ok");
  EXPECT_EQ(code(abort_multipart_upload(call(), abort)), "NoSuchUpload");
  auto part = part_input(first, 1);
  EXPECT_EQ(code(send(upload_part, part, "x")), "NoSuchUpload");
}

TEST_F(Multipart, PartsAreCopiedFromRangesOfObjects) {
  put("source", "0123456789");
  const auto id = create();
  api::UploadPartCopyRequest input;
  input.bucket = "data";
  input.key = "k";
  input.upload_id = id;
  input.part_number = 1;
  input.copy_source = "data/source";
  input.copy_source_range = "bytes=2-5";
  const auto output = upload_part_copy(call(), input).value();
  api::CompletedPart part;
  part.part_number = 1;
  part.etag = output.copy_part_result->etag;
  for (const char* range :
       {"bytes=2-", "bytes=-2", "bytes=5-2", "bytes=0-10", "bytes=10-12", "2-5", "bytes=2-5,6-7"}) {
    input.copy_source_range = range;
    EXPECT_EQ(code(upload_part_copy(call(), input)), "InvalidArgument") << range;
  }
  ASSERT_TRUE(complete(id, {part}));
  EXPECT_EQ(get("k"), "2345");
}

TEST_F(Multipart, AttributesShowThePartsOfAnObject) {
  const auto id = create("CRC32");
  ASSERT_TRUE(complete(id, {upload(id, 1, "12345"), upload(id, 2, "6789")}));
  api::GetObjectAttributesRequest input;
  input.bucket = "data";
  input.key = "k";
  input.object_attributes = {"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"};
  input.max_parts = 1;
  const auto output = get_object_attributes(call(), input).value();
  EXPECT_TRUE(output.etag->ends_with("-2"));
  EXPECT_EQ(output.object_size, 9);
  EXPECT_EQ(output.storage_class, "STANDARD");
  EXPECT_EQ(output.checksum->checksum_type, "COMPOSITE");
  EXPECT_EQ(output.object_parts->total_parts_count, 2);
  EXPECT_TRUE(*output.object_parts->is_truncated);
  EXPECT_EQ(output.object_parts->parts->at(0).size, 5);
  EXPECT_TRUE(output.object_parts->parts->at(0).checksum_crc32);
  input.object_attributes = {"Colour"};
  EXPECT_EQ(code(get_object_attributes(call(), input)), "InvalidArgument");
}

}  // namespace
}  // namespace tunesmith::services::s3
