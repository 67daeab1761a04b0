// SPDX-License-Identifier: Apache-2.0
//
// Whether an access key may sign in to the console, and may still use it. The application
// implements it over its credentials; the console keeps no secret. Called on worker threads:
// implementations are thread safe.
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
  /// The same name without the secret, for a session that began with the key. kDenied when the key
  /// is not active, or its owner may not use the console (any more).
  virtual Result<std::string> owner(std::string_view access_key_id) const = 0;
};

}  // namespace tunesmith::console
