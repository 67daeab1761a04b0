// SPDX-License-Identifier: Apache-2.0
#include "objects/names.h"

#include "base/strings.h"
#include "base/utf8.h"
#include "objects/reasons.h"

#include <algorithm>
#include <array>
#include <string>

namespace tunesmith::objects {
namespace {

constexpr std::array<std::string_view, 3> kReservedPrefixes = {"xn--", "sthree-", "amzn-s3-demo-"};
constexpr std::array<std::string_view, 5> kReservedSuffixes = {"-s3alias", "--ol-s3", ".mrap",
                                                               "--x-s3", "--table-s3"};

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool looks_like_ip_address(std::string_view name) {
  const auto parts = split(name, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && part.size() <= 3 &&
                  std::all_of(part.begin(), part.end(),
                              [](char c) { return c >= '0' && c <= '9'; });
         });
}

}  // namespace

Result<void> check_bucket_name(std::string_view name) {
  const auto refuse = [&](std::string_view why) {
    return Error(ErrorKind::kInvalid, "bucket name " + std::string(name) + " " + std::string(why),
                 reason::kInvalidBucketName);
  };
  if (name.size() < 3 || name.size() > 63) return refuse("is not 3 to 63 characters long");
  for (const char c : name) {
    if (!is_alphanumeric(c) && c != '-' && c != '.') {
      return refuse("has characters other than a-z, 0-9, '-' and '.'");
    }
  }
  if (!is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) {
    return refuse("does not begin and end with a letter or digit");
  }
  if (name.find("..") != std::string_view::npos) return refuse("has two dots in a row");
  if (looks_like_ip_address(name)) return refuse("looks like an IP address");
  for (const auto prefix : kReservedPrefixes) {
    if (name.starts_with(prefix)) return refuse("begins with a reserved prefix");
  }
  for (const auto suffix : kReservedSuffixes) {
    if (name.ends_with(suffix)) return refuse("ends with a reserved suffix");
  }
  return {};
}

Result<void> check_key(std::string_view key) {
  if (key.size() > 1024) {
    return Error(ErrorKind::kLimitExceeded,
                 "key of " + std::to_string(key.size()) + " bytes; 1024 are allowed",
                 reason::kKeyTooLong);
  }
  if (key.empty()) return Error(ErrorKind::kInvalid, "the key is empty", reason::kInvalidKey);
  if (!is_valid_utf8(key)) {
    return Error(ErrorKind::kInvalid, "the key is not UTF-8", reason::kInvalidKey);
  }
  return {};
}

}  // namespace tunesmith::objects
