// SPDX-License-Identifier: Apache-2.0
#include "cli/report_charts.h"

#include "aws/protocol/xml.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tunesmith::cli {
namespace {

constexpr double kLeft = 64;
constexpr double kRight = 12;
constexpr double kTop = 10;
constexpr double kBottom = 28;

struct Axis {
  double low = 0, high = 1;
  bool logarithmic = false;

  double place(double v) const {
    if (!logarithmic) return (v - low) / (high - low);
    return (std::log(v) - std::log(low)) / (std::log(high) - std::log(low));
  }
};

struct Tick {
  double value;
  std::string text;
};

/// Round numbers on the axis, about `count` of them, each with the digits that tell it from its
/// neighbours.
std::vector<Tick> ticks_of(const Axis& axis, int count) {
  std::vector<Tick> ticks;
  if (axis.logarithmic && axis.high >= 10 * axis.low) {
    const double first = std::ceil(std::log10(axis.low) - 1e-9);
    const double last = std::floor(std::log10(axis.high) + 1e-9);
    const double every = std::max(1.0, std::ceil((last - first) / count));
    for (double power = first; power <= last; power += every)
      ticks.push_back({std::pow(10, power), fmt::format("{:g}", std::pow(10, power))});
    return ticks;
  }
  const double rough = (axis.high - axis.low) / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double n : {5, 2, 1})
    if (n * power >= rough * 0.999) step = n * power;
  const int digits = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  const double first = std::ceil(axis.low / step - 1e-9);
  for (double i = first; i * step <= axis.high + step * 1e-9; ++i) {
    const double value = i == 0 ? 0 : i * step;
    const bool plain = digits <= 6 && std::abs(axis.high) < 1e7;
    ticks.push_back(
        {value, plain ? fmt::format("{:.{}f}", value, digits) : fmt::format("{:.4g}", value)});
  }
  return ticks;
}

/// The range of the values but those far from the rest (Tukey's fences, twice as wide as usual).
Axis robust_axis(std::vector<double> values, const std::vector<double>& always) {
  Axis axis;
  if (values.empty()) return axis;
  std::sort(values.begin(), values.end());
  const auto at = [&](double q) {
    return values[static_cast<std::size_t>(
        std::lround(q * static_cast<double>(values.size() - 1)))];
  };
  axis.low = at(0);
  axis.high = at(1);
  if (values.size() >= 8) {
    const double reach = 3 * (at(0.75) - at(0.25));
    axis.low = std::max(axis.low, at(0.25) - reach);
    axis.high = std::min(axis.high, at(0.75) + reach);
  }
  for (const double v : always) {
    axis.low = std::min(axis.low, v);
    axis.high = std::max(axis.high, v);
  }
  const double room = axis.high > axis.low ? (axis.high - axis.low) * 0.06
                                           : std::max(1e-9, std::abs(axis.low) * 0.01);
  axis.low -= room;
  axis.high += room;
  return axis;
}

struct Frame {
  double width, height;
  Axis x, y;

  double px(double v) const { return kLeft + x.place(v) * (width - kLeft - kRight); }
  double py(double v) const {
    return kTop + (1 - std::clamp(y.place(v), -0.02, 1.02)) * (height - kTop - kBottom);
  }
  std::string begin(const std::string& name) const {
    std::string out =
        fmt::format("<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-label=\"{2}\">", width,
                    height, escape_html(name));
    for (const auto& [v, text] : ticks_of(y, 4)) {
      out += fmt::format(
          "<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
          "<text class=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
          kLeft, width - kRight, py(v), py(v), kLeft - 8, py(v) + 4, text);
    }
    for (const auto& [v, text] : ticks_of(x, 5)) {
      const bool at_the_end = px(v) > width - kRight - 10;
      out += fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
                         at_the_end ? "end" : "middle", px(v), height - 8, text);
    }
    return out;
  }
};

std::string points_svg(const Frame& frame, const std::vector<ReportPoint>& points) {
  std::string out;
  for (const auto& point : points) {
    out += fmt::format(
        "<circle class=\"point\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"><title>{}</title></circle>",
        frame.px(point.x), frame.py(point.y), escape_html(point.label));
  }
  return out;
}

std::vector<double> heights(const std::vector<ReportPoint>& points) {
  std::vector<double> values;
  for (const auto& point : points) values.push_back(point.y);
  return values;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  aws::append_xml_text(text, out);
  return out;
}

std::string best_so_far_svg(const std::vector<ReportPoint>& trials, bool maximize) {
  if (trials.empty()) return "";
  const auto values = heights(trials);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  Frame frame{860, 300, {}, robust_axis(values, {maximize ? *most : *least})};
  frame.x = {trials.front().x - 0.5, trials.back().x + 0.5, false};
  std::string path;
  double best = 0;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const auto& trial = trials[i];
    if (i == 0) {
      best = trial.y;
      path = fmt::format("M{:.1f} {:.1f}", frame.px(trial.x), frame.py(best));
      continue;
    }
    best = maximize ? std::max(best, trial.y) : std::min(best, trial.y);
    path += fmt::format("H{:.1f}V{:.1f}", frame.px(trial.x), frame.py(best));
  }
  return frame.begin("Best value so far over the trials") + points_svg(frame, trials) +
         fmt::format("<path class=\"line\" d=\"{}\"/></svg>", path);
}

std::string response_svg(const std::vector<ReportPoint>& trials,
                         const std::optional<ReportResponse>& response, bool logarithmic) {
  if (trials.empty()) return "";
  Frame frame{420, 230, {}, robust_axis(heights(trials), {})};
  const auto [left, right] =
      std::minmax_element(trials.begin(), trials.end(),
                          [](const ReportPoint& a, const ReportPoint& b) { return a.x < b.x; });
  frame.x = {left->x, right->x, logarithmic && left->x > 0};
  if (response && response->x.size() > 1) {
    frame.x.low = std::min(frame.x.low, response->x.front());
    frame.x.high = std::max(frame.x.high, response->x.back());
  }
  if (!(frame.x.high > frame.x.low)) {
    frame.x.logarithmic = false;
    frame.x.high = frame.x.low + 1;
  }
  std::string out = frame.begin("Objective against the hyperparameter");
  if (response && response->x.size() > 1) {
    std::string band;
    std::string line;
    for (std::size_t i = 0; i < response->x.size(); ++i) {
      band += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", frame.px(response->x[i]),
                          frame.py(response->high[i]));
      line += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", frame.px(response->x[i]),
                          frame.py(response->mean[i]));
    }
    for (std::size_t i = response->x.size(); i-- > 0;)
      band += fmt::format("L{:.1f} {:.1f}", frame.px(response->x[i]), frame.py(response->low[i]));
    out +=
        fmt::format("<path class=\"band\" d=\"{}Z\"/><path class=\"line\" d=\"{}\"/>", band, line);
  }
  return out + points_svg(frame, trials) + "</svg>";
}

std::string importance_svg(const std::vector<std::pair<std::string, double>>& shares) {
  double most = 0.01;
  for (const auto& [name, share] : shares) most = std::max(most, share);
  const double height = 26 * static_cast<double>(shares.size());
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 860 {:.0f}\" role=\"img\" aria-label=\"Importance of hyperparameters\">",
      height);
  double y = 0;
  for (const auto& [name, share] : shares) {
    out += fmt::format(
        "<text class=\"end\" x=\"250\" y=\"{:.0f}\">{}</text><rect class=\"bar\" x=\"262\" "
        "y=\"{:.0f}\" "
        "width=\"{:.1f}\" height=\"12\" rx=\"2\"/><text x=\"{:.1f}\" y=\"{:.0f}\">{:.1f} %</text>",
        y + 17, escape_html(name), y + 7, share / most * 500, 270 + share / most * 500, y + 17,
        share * 100);
    y += 26;
  }
  return out + "</svg>";
}

}  // namespace tunesmith::cli
