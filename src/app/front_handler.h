// SPDX-License-Identifier: Apache-2.0
//
// The one door of the TCP port: a supervisor's questions go to health, console paths to the
// console, an unsigned look at "/" is led there, and everything else is an AWS request. Thread
// safe.
#pragma once

#include "http/message.h"

namespace tunesmith::app {

class FrontHandler final : public http::Handler {
 public:
  /// All outlive this.
  FrontHandler(http::Handler& aws, http::Handler& console, http::Handler& health)
      : aws_(aws), console_(console), health_(health) {}
  http::Response handle(http::Request& request) override;
  bool is_quick(const http::Request& request) const override;

 private:
  http::Response answer(http::Request& request);

  http::Handler& aws_;
  http::Handler& console_;
  http::Handler& health_;
};

}  // namespace tunesmith::app
