// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/rest_router.h"

#include "base/strings.h"

#include <algorithm>

namespace tunesmith::aws {
namespace {

std::string decode_or_keep(std::string_view raw, bool plus_is_space) {
  auto decoded = uri_decode(raw, plus_is_space);
  return decoded ? std::move(*decoded) : std::string(raw);
}

}  // namespace

Parameters parse_query(std::string_view raw) {
  Parameters result;
  for (const std::string_view piece : split(raw, '&')) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
    result.emplace_back(decode_or_keep(piece.substr(0, equals), true), decode_or_keep(value, true));
  }
  return result;
}

std::optional<std::string_view> find_parameter(const Parameters& parameters,
                                               std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return std::nullopt;
}

RestRouter::RestRouter(const ServiceDescriptor& service) {
  for (const KnownOperation& operation : service.known_operations) {
    Route route{.operation = &operation, .segments = {}, .query = {}, .headers = {}};
    const auto question = operation.uri.find('?');
    for (const std::string_view text : split(operation.uri.substr(0, question), '/')) {
      if (text.empty()) continue;
      const bool label = text.front() == '{' && text.back() == '}';
      const bool greedy = label && text[text.size() - 2] == '+';
      const std::string_view name = label ? text.substr(1, text.size() - (greedy ? 3 : 2)) : text;
      route.segments.push_back({.text = std::string(name), .label = label, .greedy = greedy});
    }
    if (question != std::string_view::npos) {
      for (auto& [name, value] : parse_query(operation.uri.substr(question + 1))) {
        if (name == "x-id") continue;  // a hint for proxies; clients may leave it out
        // One with a value ("list-type=2") is the version of a request, not another one.
        if (value.empty()) selectors_.insert(name);
        route.query.push_back({.name = name, .value = value});
      }
    }
    for (const std::string_view need : split(operation.required, ' ')) {
      if (need.starts_with('?')) {
        // Beside a literal ("id" beside "analytics") it may mean anything elsewhere.
        if (question == std::string_view::npos) selectors_.emplace(need.substr(1));
        route.query.push_back({.name = std::string(need.substr(1)), .value = {}});
      } else if (!need.empty()) {
        route.headers.emplace_back(need);
      }
    }
    routes_.push_back(std::move(route));
  }
  // Most needs first, then literal paths before labels, then what we implement: the first match is
  // it.
  const auto rank = [](const Route& route) {
    const auto literals = std::count_if(route.segments.begin(), route.segments.end(),
                                        [](const Segment& segment) { return !segment.label; });
    return std::tuple(route.query.size() + route.headers.size(), literals,
                      route.operation->descriptor != nullptr);
  };
  std::stable_sort(routes_.begin(), routes_.end(),
                   [&](const Route& a, const Route& b) { return rank(a) > rank(b); });
}

bool RestRouter::takes(const Route& route, std::string_view parameter) const {
  if (!selectors_.contains(parameter)) return true;
  if (std::any_of(route.query.begin(), route.query.end(),
                  [&](const Needed& need) { return need.name == parameter; })) {
    return true;
  }
  const OperationDescriptor* operation = route.operation->descriptor;
  if (operation == nullptr || operation->input == nullptr) return false;
  return std::any_of(operation->input->members.begin(), operation->input->members.end(),
                     [&](const Member& member) {
                       return member.location == Location::kQuery && member.wire_name == parameter;
                     });
}

bool RestRouter::match_path(const Route& route, std::string_view path, Parameters* labels) {
  if (path.starts_with('/')) path.remove_prefix(1);
  for (std::size_t i = 0; i < route.segments.size(); ++i) {
    const Segment& segment = route.segments[i];
    if (path.empty()) return false;
    if (segment.greedy) {
      labels->emplace_back(segment.text, decode_or_keep(path, false));
      return true;
    }
    const auto slash = path.find('/');
    const std::string_view text = path.substr(0, slash);
    if (text.empty()) return false;
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (segment.label) {
      labels->emplace_back(segment.text, decode_or_keep(text, false));
    } else if (segment.text != text) {
      return false;
    }
  }
  return path.empty();
}

std::optional<RestRouter::Match> RestRouter::route(std::string_view method, std::string_view path,
                                                   const Parameters& query,
                                                   const http::Headers& headers) const {
  for (const Route& route : routes_) {
    if (route.operation->http_method != method) continue;
    const bool has_query =
        std::all_of(route.query.begin(), route.query.end(), [&](const Needed& need) {
          const auto value = find_parameter(query, need.name);
          return value && (need.value.empty() || *value == need.value);
        });
    if (!has_query) continue;
    const bool has_headers =
        std::all_of(route.headers.begin(), route.headers.end(),
                    [&](const std::string& name) { return headers.has(name); });
    if (!has_headers) continue;
    const bool all_taken = std::all_of(query.begin(), query.end(), [&](const auto& parameter) {
      return takes(route, parameter.first);
    });
    if (!all_taken) continue;
    Match match{.operation = route.operation, .labels = {}};
    if (match_path(route, path, &match.labels)) return match;
  }
  return std::nullopt;
}

}  // namespace tunesmith::aws
