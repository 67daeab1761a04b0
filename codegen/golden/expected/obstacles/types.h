// Generated from golden obstacles. Do not edit.
//
// The structures of obstacles. An enumeration is a string (a value that is not known
// yet survives); enums.h has its known values.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/boxed.h"
#include "aws/stream.h"
#include "base/clock.h"

namespace tunesmith::api::obstacles {

struct Choice {
  std::optional<std::string> left{};
  std::optional<std::int32_t> right{};
};

struct Wide {
  std::optional<std::string> kept{};
};

struct Class {
  std::string name{};
  std::string rest{};
  std::int32_t default_ = 0;
  std::optional<std::int32_t> default_2{};
  std::optional<bool> operator_{};
  std::optional<std::string> this_is_odd{};
  std::optional<std::string> n2nd_try{};
  std::optional<std::string> etag{};
  std::optional<std::string> ssekms_key_id{};
  std::optional<std::string> checksum_crc32c{};
  std::optional<std::vector<std::string>> vpc_ids{};
  std::optional<std::vector<std::string>> role_arns{};
  std::optional<std::string> s3_uri{};
  std::optional<std::string> secret{};
  std::optional<Wide> wide{};
};

struct ClassOutput {
  std::optional<std::int32_t> status{};
  std::optional<Timestamp> when{};
  std::optional<Timestamp> when_header{};
  std::optional<Timestamp> when_iso{};
  std::optional<Timestamp> when_http{};
  std::optional<std::int64_t> long_{};
  std::optional<double> ratio{};
};

struct GetThingInput {
  std::string name{};
  std::optional<std::int32_t> limit{};
  std::optional<Timestamp> after{};
  std::optional<std::vector<std::string>> tags{};
  std::optional<std::map<std::string, std::string>> extra{};
};

struct Tree {
  std::optional<std::string> label{};
  aws::Boxed<Tree> child{};
  std::optional<std::vector<Tree>> children{};
  std::optional<std::map<std::string, Tree>> named{};
};

struct Thing {
  std::optional<std::string> color{};
  std::optional<std::deque<bool>> flags{};
  std::optional<std::map<std::string, Tree>> by_name{};
  std::optional<std::vector<std::vector<std::string>>> lists{};
  std::optional<Choice> choice{};
  std::optional<std::string> data{};
};

struct GetThingOutput {
  std::optional<Thing> thing{};
  std::optional<std::string> color{};
};

struct PutBlobInput {
  std::string name{};
  std::optional<std::string> body{};
};

struct PutBlobOutput {
  aws::OutputStream body{};
};

}  // namespace tunesmith::api::obstacles
