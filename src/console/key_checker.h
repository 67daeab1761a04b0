// SPDX-License-Identifier: Apache-2.0
//
// Whether an access key may sign in to the console. The application implements it over its
// credentials; the console keeps no secret. Called on worker threads: implementations are thread
// safe.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace tunesmith::console {

class KeyChecker {
 public:
  virtual ~KeyChecker() = default;
  /// The name to show for the key's owner ("root"). kDenied for an unknown key or a wrong secret;
  /// both cost the same time.
  virtual Result<std::string> check(std::string_view access_key_id,
                                    std::string_view secret_access_key) const = 0;
};

}  // namespace tunesmith::console
