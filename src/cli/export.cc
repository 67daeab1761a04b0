// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith export`: a tuning job's trials as comma-separated values, as JSON or as Parquet.
#include "algorithms/parquet/client.h"
#include "base/files.h"
#include "base/strings.h"
#include "cli/common_options.h"
#include "cli/documents.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

struct Options : JobOptions {
  std::string output;
  std::string format = "csv";
};

/// Hyperparameters in the order of the definitions, each with the type that holds it in all of
/// them.
std::vector<std::pair<std::string, std::string>> hyperparameters(const json::array& definitions) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& definition : definitions) {
    for (const auto& entry : definition.at("ranges").as_array()) {
      const auto& range = entry.as_object();
      const auto kind = text_at(range, "kind");
      const std::string type = kind == "Integer"      ? "integer"
                               : kind == "Continuous" ? "double"
                                                      : "text";
      const auto name = text_at(range, "name");
      const auto known = std::find_if(found.begin(), found.end(),
                                      [&](const auto& other) { return other.first == name; });
      if (known == found.end()) {
        found.emplace_back(name, type);
      } else if (known->second != type) {
        known->second = type == "text" || known->second == "text" ? "text" : "double";
      }
    }
  }
  return found;
}

json::value tuned_value(const json::object& trial, const std::string& name,
                        const std::string& type) {
  const auto* value = trial.at("tuned").as_object().if_contains(name);
  if (value == nullptr) return nullptr;
  const std::string text(value->as_string());
  if (type == "text") return json::string(text);
  const auto integer = type == "integer" ? parse_int(text) : std::nullopt;
  if (integer) return *integer;
  if (type == "double" && parse_double(text)) return json::string(text);
  return nullptr;
}

/// The trials as tunesmith-parquet takes them: the columns of the comma-separated values, typed.
std::string columns_of(const json::object& job, const json::array& trials) {
  const auto& definitions = job.at("definitions").as_array();
  const bool several = definitions.size() > 1;
  json::array columns;
  const auto add = [&](std::string_view name, std::string_view type, const auto& value_of) {
    json::array values;
    values.reserve(trials.size());
    for (const auto& trial : trials) values.push_back(value_of(trial.as_object()));
    columns.push_back({{"name", name}, {"type", type}, {"values", std::move(values)}});
  };
  const auto add_member = [&](std::string_view name, std::string_view type,
                              std::string_view member) {
    add(name, type, [member](const json::object& trial) { return trial.at(member); });
  };
  add_member("trial", "integer", "number");
  add_member("training_job", "text", "name");
  add_member("status", "text", "status");
  if (several) {
    add("definition", "text", [&](const json::object& trial) {
      return definitions.at(static_cast<std::size_t>(integer_at(trial, "definition"))).at("name");
    });
  }
  const auto& first = definitions.at(0).as_object();
  add(several ? "objective" : text_at(first.at("objective").as_object(), "metric"), "double",
      [](const json::object& trial) -> json::value {
        const json::value& value = trial.at("objective");
        if (value.is_null()) return nullptr;
        return json::string(format_double(value.to_number<double>()));
      });
  for (const auto& [name, type] : hyperparameters(definitions)) {
    add(name, type, [&](const json::object& trial) { return tuned_value(trial, name, type); });
  }
  for (const char* member : {"created", "started", "ended"}) add_member(member, "time", member);
  add_member("stopped_early", "boolean", "stopped_early");
  add_member("failure_reason", "text", "failure_reason");
  return json::serialize(json::object{{"columns", std::move(columns)}});
}

Result<std::string> make_parquet(ConsoleClient& console, const FoundJob& job) {
  TUNESMITH_TRY(const auto document, console.get(job.path()));
  TUNESMITH_TRY(const auto list, console.get(job.path() + "/trials"));
  const FileDescriptor file(::memfd_create("trials", MFD_CLOEXEC));
  if (!file) return Error::from_errno(errno, "making a file in memory");
  TUNESMITH_TRY_VOID(algorithms::parquet::write(
      columns_of(document.as_object(), list.at("trials").as_array()), file.get()));
  return read_file(fmt::format("/proc/self/fd/{}", file.get()));
}

Result<std::string> trials_of(ConsoleClient& console, const Options& options) {
  TUNESMITH_TRY(const auto job, find_tuning_job(console, options.name));
  if (options.format == "parquet") return make_parquet(console, job);
  const bool csv = options.format == "csv";
  TUNESMITH_TRY(auto text, console.get_text(job.path() + (csv ? "/trials?format=csv" : "/trials")));
  return csv ? std::move(text) : text + "\n";
}

Result<void> run(ConsoleClient& console, Options options) {
  if (options.json) options.format = "json";
  if (options.format == "parquet" && options.output.empty() && ::isatty(STDOUT_FILENO) == 1) {
    return Error(ErrorKind::kInvalid, "Parquet is nothing for a terminal: give --output FILE");
  }
  TUNESMITH_TRY(const std::string trials, trials_of(console, options));
  if (!options.output.empty()) return write_file_durably(options.output, trials, 0644);
  return write_all(STDOUT_FILENO, trials);
}

}  // namespace

void add_export(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("export", "Write the trials of a tuning job as CSV, JSON or Parquet");
  add_job_options(*command, *options, "Name of the tuning job");
  command->add_option("-o,--output", options->output, "A file (default: standard output)");
  command->add_option("--format", options->format, "csv (default), json or parquet")
      ->check(CLI::IsMember({"csv", "json", "parquet"}));
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
