// SPDX-License-Identifier: Apache-2.0
//
// What happened in a simulated run, line by line: the last lines for the report of a failure, all
// of them for somebody who watches, and a fingerprint which tells whether two runs were the same.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "fakes/virtual_time.h"

namespace tunesmith::fakes {

class Chronicle {
 public:
  explicit Chronicle(const VirtualTime& time, bool watched) : time_(time), watched_(watched) {}

  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    std::string line = fmt::format("{:>8} ms  ", time_.elapsed().count());
    fmt::format_to(std::back_inserter(line), format, std::forward<Args>(args)...);
    for (const char c : line) {  // FNV-1a
      fingerprint_ = (fingerprint_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    if (watched_) std::fprintf(stderr, "%s\n", line.c_str());
    lines_.push_back(std::move(line));
    if (lines_.size() > kKept) lines_.pop_front();
  }

  std::uint64_t fingerprint() const { return fingerprint_; }
  std::string last_lines() const {
    std::string text;
    for (const auto& line : lines_) text += line + "\n";
    return text;
  }

 private:
  static constexpr std::size_t kKept = 60;
  const VirtualTime& time_;
  const bool watched_;
  std::deque<std::string> lines_;
  std::uint64_t fingerprint_ = 0xcbf29ce484222325U;
};

/// Thrown where something happened that must never happen. Not a std::exception, so that nobody
/// takes it for an error that can be lived with.
struct Violation {
  std::string what;
};

template <class... Args>
[[noreturn]] void violated(fmt::format_string<Args...> format, Args&&... args) {
  throw Violation{fmt::format(format, std::forward<Args>(args)...)};
}

/// Thrown where the simulated server dies: everything it had in memory is gone.
struct SimulatedCrash {};

}  // namespace tunesmith::fakes
