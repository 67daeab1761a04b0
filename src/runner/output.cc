// SPDX-License-Identifier: Apache-2.0
#include "runner/output.h"

#include "runner/diagnostics.h"

#include <sys/stat.h>

namespace tunesmith::runner {

Output::Output(FileDescriptor log, std::uint64_t log_limit, training::MetricScraper scraper,
               std::int64_t first_step)
    : log_(std::move(log)),
      log_limit_(log_limit),
      first_step_(first_step),
      scraper_(std::move(scraper)),
      series_(scraper_.definitions().size()) {
  struct stat info{};
  if (::fstat(log_.get(), &info) == 0) log_bytes_ = static_cast<std::uint64_t>(info.st_size);
  for (std::size_t i = 0; i < series_.size(); ++i) {
    series_[i].last.name = scraper_.definitions()[i].name;
  }
}

void Output::take(std::string_view bytes, std::int64_t now_ms,
                  std::vector<training::MetricPoint>& points) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::size_t part = std::min(newline, bytes.size());
    const std::size_t room = kMaxLine - partial_.size();
    if (part > room) {
      partial_.append(bytes.substr(0, room));
      bytes.remove_prefix(room);
      line(partial_, now_ms, points);
      partial_.clear();
    } else if (newline == std::string_view::npos) {
      partial_.append(bytes);
      break;
    } else {
      if (partial_.empty()) {
        line(bytes.substr(0, newline), now_ms, points);
      } else {
        partial_.append(bytes.substr(0, newline));
        line(partial_, now_ms, points);
        partial_.clear();
      }
      bytes.remove_prefix(newline + 1);
    }
  }
  flush();
}

void Output::end(std::int64_t now_ms, std::vector<training::MetricPoint>& points) {
  if (!partial_.empty()) line(partial_, now_ms, points);
  partial_.clear();
  flush();
}

void Output::notice(std::string_view text, std::int64_t now_ms) {
  append(text, now_ms);
  flush();
}

void Output::line(std::string_view raw, std::int64_t now_ms,
                  std::vector<training::MetricPoint>& points) {
  if (raw.ends_with('\r')) raw.remove_suffix(1);
  const std::string text = training::printable_line(raw);
  append(text, now_ms);
  matches_.clear();
  scraper_.feed(text, matches_);
  for (const training::MetricMatch& match : matches_) {
    Series& series = series_[match.definition];
    series.last.value = match.value;
    series.last.timestamp_ms = now_ms;
    series.last.step = first_step_ + series.count++;
    points.push_back(series.last);
  }
}

void Output::append(std::string_view text, std::int64_t now_ms) {
  if (log_full_) return;
  const std::string stamp = std::to_string(now_ms) + " ";
  if (log_bytes_ + pending_.size() + stamp.size() + text.size() + 1 > log_limit_) {
    log_full_ = true;
    text = "[tunesmith] the log has reached its limit; what follows is not kept";
  }
  pending_.append(stamp).append(text).push_back('\n');
  if (pending_.size() > 1U << 20U) flush();
}

void Output::flush() {
  if (pending_.empty()) return;
  const auto written = write_all(log_.get(), pending_);
  if (written) {
    log_bytes_ += pending_.size();
  } else {
    // A full disk must not end the job: its metrics and model may still fit.
    note("the log cannot be written: " + written.error().message);
    log_full_ = true;
  }
  pending_.clear();
}

std::vector<training::MetricPoint> Output::final_metrics() const {
  std::vector<training::MetricPoint> points;
  for (const Series& series : series_) {
    if (series.count > 0) points.push_back(series.last);
  }
  return points;
}

}  // namespace tunesmith::runner
