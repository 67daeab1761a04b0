// SPDX-License-Identifier: Apache-2.0
//
// Charts of a report as SVG in text: they need no script and no other file. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::cli {

/// `text` for HTML and SVG.
std::string escape_html(std::string_view text);

struct ReportPoint {
  double x = 0;
  double y = 0;
  std::string label;  // shown on hover
};

/// The best value so far as a staircase over the trials, each trial as a point.
std::string best_so_far_svg(const std::vector<ReportPoint>& trials, bool maximize);

struct ReportResponse {
  std::vector<double> x, mean, low, high;
};
/// One hyperparameter against the objective: trials, and what the model predicts. The response may
/// be absent; `logarithmic`: the axis across.
std::string response_svg(const std::vector<ReportPoint>& trials,
                         const std::optional<ReportResponse>& response, bool logarithmic);

/// Names and shares in [0, 1] as bars.
std::string importance_svg(const std::vector<std::pair<std::string, double>>& shares);

}  // namespace tunesmith::cli
