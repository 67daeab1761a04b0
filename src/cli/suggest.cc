// SPDX-License-Identifier: Apache-2.0
#include "cli/suggest.h"

#include "base/json_text.h"
#include "cli/suggest_explain.h"
#include "tuning/search/bayesian_options.h"
#include "tuning/searcher.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <time.h>

#include <cmath>
#include <istream>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;
using tuning::Configuration;
using tuning::Parameter;
using tuning::ParameterKind;

constexpr std::size_t kLongestLine = 64U << 20U;

Error bad(const std::string& field, const std::string& what) {
  return {ErrorKind::kInvalid, fmt::format("{}: {}", field, what)};
}

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

Result<const json::value*> required(const json::object& object, const char* key,
                                    const std::string& field) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return bad(field, "missing");
  return value;
}

Result<std::string> text_at(const json::object& object, const char* key, const std::string& field) {
  TUNESMITH_TRY(const json::value* value, required(object, key, field));
  if (!value->is_string()) return bad(field, "must be a string");
  return std::string(value->get_string());
}

Result<double> number_of(const json::value& value, const std::string& field) {
  if (const auto* d = value.if_double()) return *d;
  if (const auto* i = value.if_int64()) return static_cast<double>(*i);
  if (const auto* u = value.if_uint64()) return static_cast<double>(*u);
  return bad(field, "must be a number");
}

Result<double> number_or(const json::object& object, const char* key, const std::string& field,
                         double otherwise) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return otherwise;
  return number_of(*value, field);
}

Result<std::int64_t> whole_or(const json::object& object, const char* key, const std::string& field,
                              std::int64_t otherwise) {
  TUNESMITH_TRY(const double x, number_or(object, key, field, static_cast<double>(otherwise)));
  if (x != std::floor(x) || std::abs(x) > 9e15) return bad(field, "must be a whole number");
  return static_cast<std::int64_t>(x);
}

template <class T>
Result<T> choice_or(const json::object& object, const char* key, const std::string& field,
                    const std::vector<std::pair<const char*, T>>& choices) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return choices.front().second;
  if (value->is_string())
    for (const auto& [name, choice] : choices)
      if (value->get_string() == name) return choice;
  std::string names;
  for (const auto& [name, choice] : choices)
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", name);
  return bad(field, "must be one of " + names);
}

/// One session's state. Category values may be any JSON scalar: the engine sees their text.
class Session {
 public:
  explicit Session(std::ostream* explanations) : explanations_(explanations) {}
  /// The answer to one request; sets quit() on "quit".
  Result<json::object> handle(const json::object& request);
  bool quit() const { return quit_; }
  const tuning::Searcher* searcher() const { return searcher_.get(); }

 private:
  Result<void> init(const json::object& request);
  Result<json::object> ask();
  Result<void> tell(const json::object& request);
  Result<json::object> report(const json::object& request);
  Result<void> preload(const json::object& request);
  Result<json::object> explain(const json::object& request) const;
  Result<Parameter> parameter_from(const json::value& value, const std::string& field);
  Result<Configuration> configuration_from(const json::value& value,
                                           const std::string& field) const;
  json::object to_json(const Configuration& configuration) const;
  Result<tuning::TrialId> id_at(const json::object& request) const;

  std::ostream* explanations_;
  std::unique_ptr<tuning::Searcher> searcher_;
  std::vector<std::map<std::string, json::value>> categories_;
  tuning::TrialId next_ = 0;
  bool quit_ = false;
};

Result<json::object> Session::handle(const json::object& request) {
  TUNESMITH_TRY(const std::string op, text_at(request, "op", "op"));
  const json::object ok{{"ok", true}};
  if (op == "quit") {
    quit_ = true;
    return ok;
  }
  if (op == "init") {
    Session fresh(explanations_);  // one that can't be begun leaves this one as it is
    TUNESMITH_TRY_VOID(fresh.init(request));
    *this = std::move(fresh);
    return ok;
  }
  if (searcher_ == nullptr) return bad("op", "the session must begin with 'init'");
  if (op == "ask") return ask();
  if (op == "report") return report(request);
  if (op == "explain") return explain(request);
  if (op == "tell") {
    TUNESMITH_TRY_VOID(tell(request));
    return ok;
  }
  if (op == "preload") {
    TUNESMITH_TRY_VOID(preload(request));
    return ok;
  }
  return bad("op", fmt::format("'{}' is not known", op));
}

Result<Parameter> Session::parameter_from(const json::value& value, const std::string& field) {
  if (!value.is_object()) return bad(field, "must be an object");
  const auto& object = value.get_object();
  Parameter parameter;
  TUNESMITH_TRY(parameter.name, text_at(object, "name", field + ".name"));
  TUNESMITH_TRY_VOID(required(object, "type", field + ".type"));
  TUNESMITH_TRY(parameter.kind,
                choice_or<ParameterKind>(object, "type", field + ".type",
                                         {{"continuous", ParameterKind::kContinuous},
                                          {"integer", ParameterKind::kInteger},
                                          {"categorical", ParameterKind::kCategorical}}));
  categories_.emplace_back();
  if (parameter.kind == ParameterKind::kCategorical) {
    TUNESMITH_TRY(const json::value* values, required(object, "values", field + ".values"));
    if (!values->is_array()) return bad(field + ".values", "must be a list");
    for (const auto& item : values->get_array()) {
      if (item.is_object() || item.is_array())
        return bad(field + ".values", "must hold plain values");
      std::string text = item.is_string() ? std::string(item.get_string()) : json::serialize(item);
      categories_.back().emplace(text, item);
      parameter.values.push_back(std::move(text));
    }
    return parameter;
  }
  TUNESMITH_TRY(const json::value* min, required(object, "min", field + ".min"));
  TUNESMITH_TRY(const json::value* max, required(object, "max", field + ".max"));
  TUNESMITH_TRY(parameter.min, number_of(*min, field + ".min"));
  TUNESMITH_TRY(parameter.max, number_of(*max, field + ".max"));
  using tuning::Scaling;
  TUNESMITH_TRY(parameter.scaling,
                choice_or<Scaling>(object, "scale", field + ".scale",
                                   {{"auto", Scaling::kAuto},
                                    {"linear", Scaling::kLinear},
                                    {"log", Scaling::kLogarithmic},
                                    {"reverselog", Scaling::kReverseLogarithmic}}));
  return parameter;
}

// "resource": {"min": 1, "max": 81}, which Hyperband needs and no other strategy takes.
Result<void> read_resource(const json::object& request, tuning::SearchOptions& options) {
  const json::value* resource = request.if_contains("resource");
  if (resource == nullptr || resource->is_null()) {
    if (options.strategy == tuning::Strategy::kHyperband)
      return bad("resource", "missing, but Hyperband needs it");
    return {};
  }
  if (options.strategy != tuning::Strategy::kHyperband)
    return bad("resource", "is for Hyperband only");
  if (!resource->is_object()) return bad("resource", "must be an object");
  const auto& object = resource->get_object();
  TUNESMITH_TRY(options.min_resource, whole_or(object, "min", "resource.min", 1));
  TUNESMITH_TRY_VOID(required(object, "max", "resource.max"));
  TUNESMITH_TRY(options.max_resource, whole_or(object, "max", "resource.max", 0));
  if (options.early_stopping != tuning::EarlyStopping::kOff)
    return bad("early_stopping", "must be Off for Hyperband, which stops trials itself");
  return {};
}

Result<void> Session::init(const json::object& request) {
  TUNESMITH_TRY(const json::value* list, required(request, "space", "space"));
  if (!list->is_array()) return bad("space", "must be a list");
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < list->get_array().size(); ++i) {
    TUNESMITH_TRY(Parameter parameter,
                  parameter_from(list->get_array()[i], fmt::format("space[{}]", i)));
    parameters.push_back(std::move(parameter));
  }
  auto space = tuning::Space::create(std::move(parameters));
  if (!space) return space.error().with_context("space");

  tuning::SearchOptions options;
  TUNESMITH_TRY(const std::int64_t seed, whole_or(request, "seed", "seed", 0));
  options.seed = static_cast<std::uint64_t>(seed);
  TUNESMITH_TRY(const std::int64_t budget, whole_or(request, "budget", "budget", 0));
  TUNESMITH_TRY(const std::int64_t parallel, whole_or(request, "parallel", "parallel", 1));
  if (budget < 0 || budget > 1'000'000'000) return bad("budget", "is out of range");
  if (parallel < 1 || parallel > 1'000'000) return bad("parallel", "is out of range");
  options.budget = static_cast<int>(budget);
  options.max_parallel = static_cast<int>(parallel);
  using tuning::Direction;
  using tuning::Strategy;
  TUNESMITH_TRY(options.direction, choice_or<Direction>(request, "direction", "direction",
                                                        {{"minimize", Direction::kMinimize},
                                                         {"maximize", Direction::kMaximize}}));
  TUNESMITH_TRY(options.strategy, choice_or<Strategy>(request, "strategy", "strategy",
                                                      {{"Bayesian", Strategy::kBayesian},
                                                       {"Random", Strategy::kRandom},
                                                       {"Grid", Strategy::kGrid},
                                                       {"Hyperband", Strategy::kHyperband}}));
  using tuning::EarlyStopping;
  TUNESMITH_TRY(
      options.early_stopping,
      choice_or<EarlyStopping>(request, "early_stopping", "early_stopping",
                               {{"Off", EarlyStopping::kOff}, {"Auto", EarlyStopping::kAuto}}));
  TUNESMITH_TRY_VOID(read_resource(request, options));
  tuning::BayesianOptions bayesian;
  if (const json::value* engine = request.if_contains("engine"); engine != nullptr) {
    if (!engine->is_object()) return bad("engine", "must be an object");
    for (const auto& [key, value] : engine->get_object()) {
      TUNESMITH_TRY(const double x, number_of(value, fmt::format("engine.{}", std::string(key))));
      if (!tuning::set_option(bayesian, key, x))
        return bad(fmt::format("engine.{}", std::string(key)), "is not known");
    }
  }
  auto searcher = tuning::make_searcher(*std::move(space), options, &bayesian);
  if (!searcher)
    return searcher.error().with_context(options.strategy == Strategy::kHyperband ? "resource"
                                                                                  : "space");
  searcher_ = *std::move(searcher);
  return {};
}

json::object Session::to_json(const Configuration& configuration) const {
  json::object object;
  for (std::size_t i = 0; i < configuration.size(); ++i) {
    const auto& name = searcher_->space()[i].name;
    if (const auto* x = std::get_if<double>(&configuration[i])) object[name] = *x;
    if (const auto* k = std::get_if<std::int64_t>(&configuration[i])) object[name] = *k;
    if (const auto* text = std::get_if<std::string>(&configuration[i]))
      object[name] = categories_[i].at(*text);
  }
  return object;
}

Result<Configuration> Session::configuration_from(const json::value& value,
                                                  const std::string& field) const {
  if (!value.is_object()) return bad(field, "must be an object");
  Configuration configuration;
  for (const auto& parameter : searcher_->space().parameters()) {
    const std::string where = field + "." + parameter.name;
    TUNESMITH_TRY(const json::value* item,
                  required(value.get_object(), parameter.name.c_str(), where));
    if (parameter.kind == ParameterKind::kCategorical) {
      configuration.emplace_back(item->is_string() ? std::string(item->get_string())
                                                   : json::serialize(*item));
    } else {
      TUNESMITH_TRY(const double x, number_of(*item, where));
      configuration.emplace_back(x);
    }
  }
  return configuration;
}

Result<json::object> Session::ask() {
  TUNESMITH_TRY(const auto suggestion, searcher_->suggest(next_));
  json::object explain{{"step", suggestion.explanation.step}};
  const auto add = [&](const char* key, const std::optional<double>& x) {
    if (x && std::isfinite(*x)) explain[key] = *x;
  };
  add("mean", suggestion.explanation.mean);
  add("sd", suggestion.explanation.deviation);
  add("acquisition", suggestion.explanation.acquisition);
  if (explanations_ != nullptr) print_suggestion(*explanations_, next_, suggestion.explanation);
  json::object answer{{"id", std::to_string(next_)},
                      {"config", to_json(suggestion.configuration)},
                      {"explain", std::move(explain)}};
  ++next_;
  return answer;
}

Result<tuning::TrialId> Session::id_at(const json::object& request) const {
  TUNESMITH_TRY(const std::string text, text_at(request, "id", "id"));
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    return bad("id", fmt::format("'{}' was not given out", text));
  return static_cast<tuning::TrialId>(std::stoull(text));
}

Result<void> Session::tell(const json::object& request) {
  TUNESMITH_TRY(const auto id, id_at(request));
  TUNESMITH_TRY(const json::value* value, required(request, "value", "value"));
  Result<void> told;
  if (value->is_null()) {
    told = searcher_->fail(id);
  } else {
    TUNESMITH_TRY(const double x, number_of(*value, "value"));
    told = searcher_->observe(id, x);
  }
  if (!told) return told.error().with_context("id");
  return {};
}

Result<json::object> Session::report(const json::object& request) {
  TUNESMITH_TRY(const auto id, id_at(request));
  TUNESMITH_TRY(const json::value* value, required(request, "value", "value"));
  TUNESMITH_TRY(const double x, number_of(*value, "value"));
  TUNESMITH_TRY_VOID(required(request, "resource", "resource"));
  TUNESMITH_TRY(const std::int64_t resource, whole_or(request, "resource", "resource", 0));
  if (resource < 1) return bad("resource", "must be at least 1");
  const auto decision = searcher_->report(id, resource, x);
  if (!decision) return decision.error().with_context("id");
  return json::object{{"ok", true},
                      {"decision", *decision == tuning::Decision::kStop ? "stop" : "continue"}};
}

Result<void> Session::preload(const json::object& request) {
  TUNESMITH_TRY(const json::value* configs, required(request, "configs", "configs"));
  TUNESMITH_TRY(const json::value* values, required(request, "values", "values"));
  if (!configs->is_array()) return bad("configs", "must be a list");
  if (!values->is_array() || values->get_array().size() != configs->get_array().size())
    return bad("values", "must be a list as long as configs");
  std::vector<tuning::FinishedTrial> trials;
  for (std::size_t i = 0; i < configs->get_array().size(); ++i) {
    tuning::FinishedTrial trial;
    TUNESMITH_TRY(trial.configuration,
                  configuration_from(configs->get_array()[i], fmt::format("configs[{}]", i)));
    const json::value& value = values->get_array()[i];
    if (!value.is_null()) {
      TUNESMITH_TRY(trial.value, number_of(value, fmt::format("values[{}]", i)));
    }
    trials.push_back(std::move(trial));
  }
  using tuning::WarmStart;
  TUNESMITH_TRY(
      const WarmStart kind,
      choice_or<WarmStart>(request, "kind", "kind",
                           {{"IdenticalDataAndAlgorithm", WarmStart::kIdenticalDataAndAlgorithm},
                            {"TransferLearning", WarmStart::kTransferLearning}}));
  TUNESMITH_TRY(const std::size_t taken, searcher_->add_parent(kind, trials));
  static_cast<void>(taken);
  return {};
}

// {"op": "explain", "response": ["eta", "alpha"], "resolution": 11}; the response is optional.
Result<json::object> Session::explain(const json::object& request) const {
  TUNESMITH_TRY(json::object answer, explain_json(*searcher_));
  const json::value* wanted = request.if_contains("response");
  if (wanted == nullptr) return answer;
  if (!wanted->is_array()) return bad("response", "must be a list of names");
  std::vector<std::string> names;
  for (const auto& name : wanted->get_array()) {
    if (!name.is_string()) return bad("response", "must be a list of names");
    names.emplace_back(name.get_string());
  }
  TUNESMITH_TRY(const std::int64_t resolution, whole_or(request, "resolution", "resolution", 11));
  if (resolution < 0) return bad("resolution", "must not be negative");
  TUNESMITH_TRY(answer["response"],
                response_json(*searcher_, names, static_cast<std::size_t>(resolution)));
  return answer;
}

}  // namespace

int run_suggest_session(std::istream& in, std::ostream& out, std::ostream* explanations) {
  Session session(explanations);
  std::string line;
  while (!session.quit() && std::getline(in, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const double before = processor_seconds();
    json::object answer;
    Result<json::value> request = json::value();
    if (line.size() > kLongestLine) {
      answer["error"] = "request: the line is too long";
    } else if (request = parse_json(line); !request || !request->is_object()) {
      answer["error"] = "request: not a JSON object";
    } else if (auto result = session.handle(request->get_object())) {
      answer = *std::move(result);
    } else {
      answer["error"] = result.error().message;
    }
    answer["cpu_s"] = processor_seconds() - before;
    out << json_text(answer) << '\n' << std::flush;
    if (!out) return 1;
  }
  if (explanations != nullptr && session.searcher() != nullptr)
    print_search(*explanations, *session.searcher());
  return 0;
}

}  // namespace tunesmith::cli
