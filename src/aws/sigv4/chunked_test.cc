// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/sigv4_fixture.h"
#include "base/random.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace tunesmith::aws::sigv4 {
namespace {

std::string chunk(std::string_view data, std::string_view signature) {
  return fmt::format("{:x};chunk-signature={}\r\n{}\r\n", data.size(), signature, data);
}

Arriving chunked_upload(std::string body) {
  Arriving request("PUT", "/examplebucket/chunkObject.txt", "20130524T000000Z");
  request.body = std::move(body);
  request.header("host", "s3.amazonaws.com")
      .header("x-amz-date", "20130524T000000Z")
      .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
      .header("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
      .header("Content-Encoding", "aws-chunked")
      .header("x-amz-decoded-content-length", "66560")
      .header("Content-Length", "66824")
      .header(
          "Authorization",
          s3_authorization("content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                           "x-amz-decoded-content-length;x-amz-storage-class",
                           "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
  return request;
}

const std::string kChunks =
    chunk(std::string(65536, 'a'),
          "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648") +
    chunk(std::string(1024, 'a'),
          "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497") +
    chunk("", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");

TEST(ChunkedBody, ReadsTheExampleOfTheS3ReferenceInPiecesOfAnySize) {
  ASSERT_EQ(kChunks.size(), 66824U);
  for (const std::size_t piece : {1U, 7U, 1000U, 65536U, 100000U}) {
    EXPECT_TRUE(chunked_upload(kChunks).read(piece) == std::string(66560, 'a')) << piece;
  }
  auto request = chunked_upload(kChunks);
  auto result = request.check();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->content_length, 66560U);
}

TEST(ChunkedBody, RefusesWhatIsNotAsItWasSigned) {
  std::string tampered = kChunks;
  tampered[tampered.size() - 500] = 'b';
  EXPECT_EQ(chunked_upload(tampered).read(), "!SignatureDoesNotMatch");
  const std::string first = kChunks.substr(0, kChunks.find("\r\n400;") + 2);
  const std::string last =
      chunk("", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
  EXPECT_EQ(chunked_upload(first + last).read(), "!SignatureDoesNotMatch");
  EXPECT_EQ(chunked_upload(first).read(), "!IncompleteBody");
  EXPECT_EQ(chunked_upload(kChunks.substr(0, 70)).read(), "!IncompleteBody");
  EXPECT_EQ(chunked_upload("zz;chunk-signature=0\r\n").read(), "!IncompleteBody");
  EXPECT_EQ(chunked_upload("").read(), "!IncompleteBody");
  EXPECT_EQ(chunked_upload(std::string(5000, '1')).read(), "!IncompleteBody");
}

TEST(ChunkedBody, ReadsTheSignedTrailerOfTheS3Reference) {
  Arriving request("PUT", "/examplebucket/chunkObject.txt", "20130524T000000Z");
  request.header("host", "s3.amazonaws.com")
      .header("x-amz-date", "20130524T000000Z")
      .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
      .header("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
      .header("Content-Encoding", "aws-chunked")
      .header("x-amz-decoded-content-length", "66560")
      .header("x-amz-trailer", "x-amz-checksum-crc32c")
      .header("Authorization",
              s3_authorization("content-encoding;host;x-amz-content-sha256;x-amz-date;"
                               "x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
                               "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"));
  const std::string data =
      chunk(std::string(65536, 'a'),
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2") +
      chunk(std::string(1024, 'a'),
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7") +
      "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n";
  const std::string signature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
  request.body =
      data + "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:" + signature + "\r\n\r\n";
  EXPECT_TRUE(request.read() == std::string(66560, 'a'));
  EXPECT_EQ(request.trailers.get("x-amz-checksum-crc32c"), "sOO8/Q==");
  request.body =
      data + "x-amz-checksum-crc32c:sOO8/R==\r\nx-amz-trailer-signature:" + signature + "\r\n\r\n";
  EXPECT_EQ(request.read(), "!SignatureDoesNotMatch");
  request.body = data + "nonsense\r\n\r\n";
  EXPECT_EQ(request.read(), "!MalformedTrailerError");
}

Arriving unsigned_trailer(std::string body) {
  auto request = signed_request(
      "PUT", "/b/k", "s3", std::move(body), "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "20260101T000000Z",
      {{"x-amz-decoded-content-length", "11"}, {"x-amz-trailer", "x-amz-checksum-crc32"}});
  request.chunked_transfer = true;
  request.request.headers.add("Transfer-Encoding", "chunked");
  return request;
}

TEST(ChunkedBody, ReadsUnsignedChunksWithATrailer) {
  auto request =
      unsigned_trailer("5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n");
  EXPECT_EQ(request.read(), "hello world");
  EXPECT_EQ(request.trailers.get("x-amz-checksum-crc32"), "DUoRhQ==");
  EXPECT_EQ(unsigned_trailer("5\r\nhello\r\n0\r\n\r\n").read(), "!IncompleteBody");
  EXPECT_EQ(unsigned_trailer("14\r\nhello world, longer!\r\n0\r\n\r\n").read(), "!IncompleteBody");
}

TEST(ChunkedBody, RandomBytesNeverBreakIt) {
  Rng rng(11);
  const std::string valid =
      "5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
  auto request = unsigned_trailer("");
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = valid;
    for (auto i = rng.below(5); i > 0; --i) {
      bytes[static_cast<std::size_t>(rng.below(bytes.size()))] = static_cast<char>(rng.below(256));
    }
    request.body = bytes;
    const std::string read = request.read(static_cast<std::size_t>(1 + rng.below(20)));
    EXPECT_TRUE(read.size() == 11 || read.front() == '!') << read;
  }
}

}  // namespace
}  // namespace tunesmith::aws::sigv4
