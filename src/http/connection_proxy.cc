// SPDX-License-Identifier: Apache-2.0
//
// The part of Connection that answers CONNECT.
#include "http/connection.h"

namespace tunesmith::http {

void Connection::handle_connect(const RequestHead& /*head*/) {
  reject(405, "CONNECT is not served here.");
}

void Connection::continue_handshake() { close(); }

}  // namespace tunesmith::http
