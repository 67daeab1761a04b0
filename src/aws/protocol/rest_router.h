// SPDX-License-Identifier: Apache-2.0
//
// Finds the operation of a REST service that a method, path and query mean. Built from the model's
// own URI templates of all operations, so that those we lack are recognised and refused by name.
// Immutable after construction; thread safe.
#pragma once

#include "aws/operation.h"
#include "aws/protocol/exchange.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::aws {

/// Splits a raw query string; names and values are decoded ("%20" and "+" are spaces). Broken
/// escapes stay as they are.
Parameters parse_query(std::string_view raw);
/// The value of a parameter.
std::optional<std::string_view> find_parameter(const Parameters& parameters, std::string_view name);

class RestRouter {
 public:
  struct Match {
    const KnownOperation* operation;
    Parameters labels;  // decoded
  };

  explicit RestRouter(const ServiceDescriptor& service);

  /// `path` is raw: percent-encoded, before '?'. Of several operations with that method and path,
  /// the one that needs most of what the query and headers give. A parameter that selects an
  /// operation ("acl", "uploadId") is never passed over: DELETE of "/bucket?acl" is not the
  /// bucket's. Nothing when there is none.
  std::optional<Match> route(std::string_view method, std::string_view path,
                             const Parameters& query, const http::Headers& headers) const;

 private:
  struct Segment {
    std::string text;  // literal, or the label's name
    bool label = false;
    bool greedy = false;  // takes the rest of the path
  };
  struct Needed {
    std::string name;
    std::string value;  // empty: any
  };
  struct Route {
    const KnownOperation* operation;
    std::vector<Segment> segments;
    std::vector<Needed> query;         // literals of the template and required parameters
    std::vector<std::string> headers;  // required
  };

  static bool match_path(const Route& route, std::string_view path, Parameters* labels);

  /// False: `parameter` asks for another operation than the route's.
  bool takes(const Route& route, std::string_view parameter) const;

  std::vector<Route> routes_;
  std::set<std::string, std::less<>> selectors_;  // parameters that tell operations apart
};

}  // namespace tunesmith::aws
