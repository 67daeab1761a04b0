// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith report`: a tuning job as one HTML file that needs nothing else, to mail.
#include "base/clock.h"
#include "base/files.h"
#include "base/json_text.h"
#include "base/strings.h"
#include "cli/common_options.h"
#include "cli/documents.h"
#include "cli/report_charts.h"
#include "cli/results.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostRows = 2000;

constexpr std::string_view kStyle = R"(
body{margin:0 auto;max-width:900px;padding:32px 20px 64px;font:15px/1.5 system-ui,sans-serif;color:#171a21}
h1{font-size:26px;margin:0}h2{font-size:17px;margin:34px 0 10px}h3{font-size:14px;margin:0 0 4px}
.muted{color:#5d6675}.figures{display:flex;flex-wrap:wrap;gap:12px 40px;margin:20px 0}
.figures b{display:block;font-size:24px}.grid2{display:grid;grid-template-columns:repeat(auto-fit,minmax(380px,1fr));gap:20px}
svg{width:100%;height:auto;font:12px system-ui,sans-serif}svg text{fill:#5d6675}.end{text-anchor:end}.middle{text-anchor:middle}
.grid{stroke:#e6e9ee}.point{fill:#8a9bea}.line{fill:none;stroke:#3650d8;stroke-width:2}.band{fill:#3650d8;opacity:.13}.bar{fill:#3650d8}
table{width:100%;border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:5px 8px;border-bottom:1px solid #e6e9ee;text-align:right;white-space:nowrap}th{color:#5d6675}
.wide{overflow-x:auto}pre{padding:14px;overflow-x:auto;background:#f1f3f6;border-radius:8px}
@media print{body{max-width:none}}
)";

struct Options : JobOptions {
  std::string output;
};

std::string figure(const std::string& name, const std::string& value) {
  return fmt::format("<div><span class=\"muted\">{}</span><b>{}</b></div>", escape_html(name),
                     escape_html(value));
}

/// One of the job's definitions with what the model says of it; most jobs have one.
struct Part {
  const json::object& definition;
  std::int64_t index = 0;
  std::optional<json::object> model;  // none while there are too few trials
  bool only = true;

  bool has(const json::object& trial) const { return integer_at(trial, "definition") == index; }
  /// "Importance", or with several definitions "Importance: NAME".
  std::string title(const std::string& what) const {
    return "<h2>" + what + (only ? "" : ": " + escape_html(text_at(definition, "name"))) + "</h2>";
  }
};

/// The trials of one definition, over their numbers or over a hyperparameter.
std::vector<ReportPoint> points_over(const LiveState& state, const Part& part,
                                     const std::string& parameter) {
  std::vector<ReportPoint> points;
  for (const auto& row : state.trials) {
    const auto& trial = row.as_object();
    const auto value = objective_of(trial);
    if (!value || !part.has(trial)) continue;
    double x = static_cast<double>(integer_at(trial, "number"));
    if (!parameter.empty()) {
      const auto given = parse_double(text_at(trial.at("tuned").as_object(), parameter.c_str()));
      if (!given) continue;
      x = *given;
    }
    points.push_back({x, *value,
                      fmt::format("trial {}: {}  {}", integer_at(trial, "number"),
                                  short_number(*value), tuned_text(trial))});
  }
  return points;
}

std::vector<double> numbers(const json::value& list) {
  std::vector<double> out;
  for (const auto& v : list.as_array()) out.push_back(v.is_number() ? v.to_number<double>() : 0);
  return out;
}

std::optional<ReportResponse> response_of(const std::optional<json::object>& model,
                                          const std::string& name) {
  if (!model) return std::nullopt;
  for (const auto& entry : model->at("responses").as_array()) {
    const auto& response = entry.as_object();
    if (text_at(response, "parameter") != name) continue;
    return ReportResponse{numbers(response.at("values")), numbers(response.at("mean")),
                          numbers(response.at("low")), numbers(response.at("high"))};
  }
  return std::nullopt;
}

std::string model_part(const LiveState& state, const Part& part) {
  std::string out;
  if (part.model) {
    std::vector<std::pair<std::string, double>> shares;
    for (const auto& entry : part.model->at("importance").as_array()) {
      std::string name;
      for (const auto& parameter : entry.at("parameters").as_array())
        name += (name.empty() ? "" : " × ") + std::string(parameter.as_string());
      const double share = number_at(entry.as_object(), "share").value_or(0);
      if (share >= 0.001 && shares.size() < 12) shares.emplace_back(std::move(name), share);
    }
    out += part.title("Which hyperparameters matter") +
           "<p class=\"muted\">Share of the objective's "
           "variation that each explains, alone or as a pair (×), by the model.</p>" +
           importance_svg(shares);
  }
  out += part.title("Each hyperparameter against the objective");
  if (part.model) {
    out +=
        "<p class=\"muted\">Points are trials; the line is what the model predicts with the other "
        "hyperparameters at the best trial's values, with two standard deviations to either "
        "side.</p>";
  }
  out += "<div class=\"grid2\">";
  for (const auto& entry : part.definition.at("ranges").as_array()) {
    const auto& range = entry.as_object();
    if (text_at(range, "kind") == "Categorical") continue;
    const std::string name = text_at(range, "name");
    const bool logarithmic = text_at(range, "scaling") == "Logarithmic";
    out += fmt::format(
        "<div><h3>{}</h3>{}</div>", escape_html(name),
        response_svg(points_over(state, part, name), response_of(part.model, name), logarithmic));
  }
  return out + "</div>";
}

std::string trials_part(const LiveState& state, const Part& part) {
  const auto trials = ranked_trials(state, part.index);
  if (trials.empty()) return "";
  std::string out = part.title("Trials, best first") +
                    "<div class=\"wide\"><table><tr><th>trial</th><th>" +
                    escape_html(text_at(part.definition.at("objective").as_object(), "metric")) +
                    "</th><th>status</th>";
  for (const auto& [name, value] : trials.front()->at("tuned").as_object())
    out += "<th>" + escape_html(name) + "</th>";
  out += "</tr>";
  for (std::size_t i = 0; i < std::min(trials.size(), kMostRows); ++i) {
    const auto& trial = *trials[i];
    const auto value = objective_of(trial);
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td>", integer_at(trial, "number"),
                       value ? short_number(*value) : "–", escape_html(status_text(trial)));
    for (const auto& [name, text] : trial.at("tuned").as_object())
      out += "<td>" + escape_html(short_number(std::string(text.as_string()))) + "</td>";
    out += "</tr>";
  }
  return out + "</table></div>";
}

std::string html_of(const LiveState& state, const std::vector<Part>& parts,
                    const std::string& request) {
  const auto& objective = state.job.at("objective").as_object();
  const auto summary = summary_of(state);
  const std::string name = text_at(state.job, "name");
  const auto* best = summary.if_contains("best");
  std::string out = fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>{0}</title><style>{1}</style><h1>{0}</h1>"
      "<p class=\"muted\">{2}, {3} search, {4} {5}. Written {6} by Tunesmith.</p>",
      escape_html(name), kStyle, escape_html(text_at(state.job, "status")),
      escape_html(text_at(state.job, "strategy")), escape_html(text_at(objective, "direction")),
      escape_html(text_at(objective, "metric")),
      time_text(json::value(to_millis(SystemClock().now()))));
  const auto& counts = state.job.at("trials").as_object();
  out += "<div class=\"figures\">";
  if (best != nullptr)
    out += figure("best " + text_at(objective, "metric"),
                  short_number(best->at("objective").to_number<double>()));
  out +=
      figure("trials", fmt::format("{} of {}",
                                   integer_at(counts, "completed") + integer_at(counts, "failed") +
                                       integer_at(counts, "stopped"),
                                   integer_at(counts, "max")));
  out += figure("duration", duration_text(summary.at("seconds").to_number<double>())) + "</div>";
  if (best != nullptr) {
    out += "<h2>Best hyperparameters</h2><pre>";
    for (const auto& [key, value] : best->at("hyperparameters").as_object())
      out += escape_html(
          fmt::format("{} = {}\n", std::string_view(key), std::string_view(value.as_string())));
    out += "</pre>";
  }
  for (const auto& part : parts) {
    const auto& goal = part.definition.at("objective").as_object();
    out += part.title("Best so far") +
           best_so_far_svg(points_over(state, part, ""), text_at(goal, "direction") == "Maximize");
  }
  for (const auto& part : parts) out += model_part(state, part) + trials_part(state, part);
  return out + "<h2>Request</h2><pre>" + escape_html(request) + "</pre></html>\n";
}

Result<void> run(ConsoleClient& console, const Options& options) {
  TUNESMITH_TRY(const auto job, find_tuning_job(console, options.name));
  LiveState state;
  TUNESMITH_TRY(auto document, console.get(job.path()));
  TUNESMITH_TRY(auto trials, console.get(job.path() + "/trials"));
  TUNESMITH_TRY(const std::string request, console.get_text(job.path() + "/request"));
  state.job = std::move(document.as_object());
  state.trials = std::move(trials.at("trials").as_array());
  std::vector<Part> parts;
  const auto& definitions = state.job.at("definitions").as_array();
  for (const auto& definition : definitions) {
    const auto index = static_cast<std::int64_t>(parts.size());
    Part part{definition.as_object(), index, std::nullopt, definitions.size() == 1};
    auto model = console.get(fmt::format("{}/model?definition={}", job.path(), index));
    if (!model && model.error().kind != ErrorKind::kConflict) return model.error();
    if (model) part.model = std::move(model->as_object());
    parts.push_back(std::move(part));
  }
  const std::string file = options.output.empty() ? job.name + ".html" : options.output;
  TUNESMITH_TRY_VOID(write_file_durably(file, html_of(state, parts, request), 0644));
  if (options.json) {
    fmt::print("{}\n", json_text(json::object{{"file", file}}));
  } else {
    fmt::print("{}\n", file);
  }
  return {};
}

}  // namespace

void add_report(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "report", "Write a tuning job as one HTML file that needs nothing else");
  add_job_options(*command, *options, "Name of the tuning job");
  command->add_option("-o,--output", options->output, "The file (default: NAME.html)");
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
