// SPDX-License-Identifier: Apache-2.0
//
// What an algorithm prints: cut into lines, stamped, appended to the job's log, and searched for
// metrics. Bounded: a longer line is cut into pieces, a longer log ends with a notice (metrics go
// on). One thread.
#pragma once

#include "base/files.h"
#include "training/metric_scraper.h"
#include "training/runner_protocol.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::runner {

class Output {
 public:
  static constexpr std::size_t kMaxLine = 256U * 1024U;

  /// Appends to `log`, which then has at most about `log_limit` bytes.
  /// `first_step`: of each metric's first value.
  Output(FileDescriptor log, std::uint64_t log_limit, training::MetricScraper scraper,
         std::int64_t first_step);

  /// Appends the metric values found to `points`. `now_ms`: when the bytes were read.
  void take(std::string_view bytes, std::int64_t now_ms,
            std::vector<training::MetricPoint>& points);
  /// The last line, if it had no newline.
  void end(std::int64_t now_ms, std::vector<training::MetricPoint>& points);
  /// A line of the runner's own in the job's log.
  void notice(std::string_view text, std::int64_t now_ms);

  /// The last value of each metric that had one, in the order of the definitions.
  std::vector<training::MetricPoint> final_metrics() const;
  std::uint64_t log_bytes() const { return log_bytes_; }

 private:
  void line(std::string_view raw, std::int64_t now_ms, std::vector<training::MetricPoint>& points);
  void append(std::string_view text, std::int64_t now_ms);
  void flush();

  struct Series {
    std::int64_t count = 0;
    training::MetricPoint last;
  };

  FileDescriptor log_;
  const std::uint64_t log_limit_;
  const std::int64_t first_step_;
  std::uint64_t log_bytes_ = 0;
  bool log_full_ = false;
  training::MetricScraper scraper_;
  std::vector<Series> series_;
  std::vector<training::MetricMatch> matches_;
  std::string partial_;  // a line that has not ended
  std::string pending_;  // log lines not yet written
};

}  // namespace tunesmith::runner
