// SPDX-License-Identifier: Apache-2.0
//
// What the trainer's tests share: the library, and job folders with small data. Test code only.
#pragma once

#include "algorithms/xgboost/trainer/xgboost_library.h"
#include "base/random.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace tunesmith::algorithms::xgboost {

/// The library, or why these tests are skipped.
inline Result<const Library*> test_library() { return load_library(find_library("")); }

/// A job folder that is removed at its end.
class JobFolder {
 public:
  JobFolder()
      : root_(std::filesystem::temp_directory_path() / ("tunesmith-xgboost-" + random_hex(8))) {
    write("input/config/inputdataconfig.json",
          R"({"train":{"ContentType":"csv"},"validation":{"ContentType":"csv"}})");
    write("input/data/train/a.csv", rows(1, 300));
    write("input/data/validation/b.csv", rows(2, 100));
  }
  JobFolder(const JobFolder&) = delete;
  JobFolder& operator=(const JobFolder&) = delete;
  ~JobFolder() {
    std::error_code ec;
    std::filesystem::remove_all(root_, ec);
  }

  std::string root() const { return root_.string(); }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  void hyperparameters(const std::map<std::string, std::string>& values) const {
    std::string text = "{";
    for (const auto& [name, value] : values) {
      if (text.size() > 1) text += ",";
      text.append("\"").append(name).append("\":\"").append(value).append("\"");
    }
    write("input/config/hyperparameters.json", text + "}");
  }
  std::string read(const std::string& name) const {
    std::ifstream in(root_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(root_ / name); }

  /// Rows "label,x,y" of a learnable problem.
  static std::string rows(std::uint64_t seed, int count) {
    Rng rng(seed);
    std::string text;
    for (int i = 0; i < count; ++i) {
      const double x = rng.normal();
      const double y = rng.normal();
      text += x + y * y + 0.3 * rng.normal() > 0.8 ? "True," : "False,";
      text += std::to_string(x) + "," + std::to_string(y) + "\n";
    }
    return text;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace tunesmith::algorithms::xgboost
