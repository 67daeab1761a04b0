// SPDX-License-Identifier: Apache-2.0
//
// The files of a training job's channels: which there are, and their bytes. A channel is either a
// folder laid out as the container finds it, or a list of files (channels.json) that may lie
// anywhere.
#pragma once

#include "algorithms/xgboost/schema/channels.h"
#include "base/result.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boost::json {
class value;
}

namespace tunesmith::algorithms::xgboost {

struct InputFile {
  std::string name;  // for messages
  std::string path;
  std::string identity;  // equal identities mean equal bytes
};

struct Channel {
  ContentType type = ContentType::kLibsvm;
  std::vector<InputFile> files;  // in name order
};

struct JobInput {
  std::map<std::string, std::string> hyperparameters;  // as given
  std::map<std::string, ChannelConfig> configs;
  std::map<std::string, Channel> channels;  // "train" and "validation", as far as configured
};

/// A hyperparameter's text: as it stands, or a number as Python prints it ("0.9678"; the library
/// reads "9.678E-1" to a neighbouring number, and a training is sensitive to the last bit).
std::string hyperparameter_text(const boost::json::value& value);

/// Reads ROOT/input/config/{hyperparameters,inputdataconfig,channels}.json and finds the files.
/// kInvalid: a fault of the user's; other kinds: of the platform.
Result<JobInput> read_job_input(const std::string& root);

/// The bytes of a file, mapped; inflated when they are gzip. Movable; unmapped at its end.
class FileContent {
 public:
  FileContent(FileContent&& other) noexcept;
  FileContent& operator=(FileContent&&) = delete;
  ~FileContent();

  std::string_view text() const {
    return inflated_.empty() ? mapped_ : std::string_view(inflated_);
  }

  /// kLimitExceeded when the inflated text would be larger than `limit` bytes.
  static Result<FileContent> open(const InputFile& file, std::size_t limit);

 private:
  FileContent() = default;
  std::string_view mapped_;
  std::string inflated_;
};

}  // namespace tunesmith::algorithms::xgboost
