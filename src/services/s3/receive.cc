// SPDX-License-Identifier: Apache-2.0
#include "services/s3/receive.h"

#include "base/strings.h"

#include <algorithm>

namespace tunesmith::services::s3 {
namespace {

constexpr std::string_view kHeaderPrefix = "x-amz-checksum-";

class BodySource final : public objects::ByteSource {
 public:
  explicit BodySource(http::BodyReader& reader) : reader_(reader) {}
  Result<std::size_t> read(std::span<char> into) override { return reader_.read(into); }

 private:
  http::BodyReader& reader_;
};

/// The algorithm that x-amz-trailer announces.
aws::Outcome<std::optional<objects::ChecksumAlgorithm>> announced(const aws::InputStream& body) {
  std::optional<objects::ChecksumAlgorithm> found;
  for (const std::string_view item : split(body.announced_trailers, ',')) {
    const std::string name = to_lower(trim(item));
    if (!name.starts_with(kHeaderPrefix)) continue;
    found = objects::parse_checksum_algorithm(std::string_view(name).substr(kHeaderPrefix.size()));
    if (!found)
      return invalid_request("The value specified in the x-amz-trailer header is not supported");
  }
  return found;
}

aws::Outcome<std::optional<std::string>> expected_md5(const std::optional<std::string>& header) {
  if (!header) return std::optional<std::string>();
  auto bytes = from_base64(*header);
  if (!bytes || bytes->size() != 16) {
    return aws::ApiError{"InvalidDigest",
                         "The Content-MD5 you specified was invalid.",
                         400,
                         {{"Content-MD5", *header}}};
  }
  return bytes;
}

}  // namespace

aws::Outcome<Received> receive(objects::ObjectStore& store, aws::InputStream& body,
                               const ReceiveOptions& options, const Subject& subject) {
  TUNESMITH_TRY(const auto md5, expected_md5(options.content_md5));
  TUNESMITH_TRY(const auto sdk_algorithm, to_algorithm(options.sdk_algorithm));
  TUNESMITH_TRY(const auto trailing, announced(body));
  Received received;
  received.checksum = options.stated ? std::optional(options.stated->algorithm) : trailing;
  if (sdk_algorithm && !received.checksum) {
    return invalid_request(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
        "x-amz-trailer headers were found.");
  }
  if (sdk_algorithm && *sdk_algorithm != *received.checksum) {
    return invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  std::vector<objects::ChecksumAlgorithm> algorithms;
  if (options.always) algorithms.push_back(*options.always);
  if (received.checksum && received.checksum != options.always) {
    algorithms.push_back(*received.checksum);
  }
  if (algorithms.empty()) algorithms.push_back(objects::ChecksumAlgorithm::kCrc64Nvme);

  BodySource source(*body.reader);
  TUNESMITH_TRY(received.content, outcome(store.stage(source, algorithms, body.length), subject));

  if (md5 && *md5 != received.content->md5) {
    return bad_digest("The Content-MD5 you specified did not match what we received.");
  }
  std::optional<objects::Checksum> stated = options.stated;
  if (!stated && trailing) {
    const std::string name = std::string(kHeaderPrefix) + to_lower(objects::to_string(*trailing));
    const auto value = body.trailers ? body.trailers->get(name) : std::nullopt;
    stated = value ? parse_checksum(*trailing, trim(*value)) : std::nullopt;
    if (!stated) return invalid_request("Value for " + name + " trailing header is invalid.");
  }
  if (stated && stated->value != received.content->checksums.at(stated->algorithm)) {
    return bad_digest("The " + std::string(objects::to_string(stated->algorithm)) +
                      " you specified did not match the calculated checksum.");
  }
  return received;
}

}  // namespace tunesmith::services::s3
