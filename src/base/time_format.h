// SPDX-License-Identifier: Apache-2.0
//
// Times as the wire formats write and read them. All UTC, the proleptic Gregorian calendar,
// locale-free.
#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <string_view>

namespace tunesmith {

/// "2026-11-24T21:54:06.123Z" (S3 and query protocols).
std::string format_iso8601(Timestamp t);
/// "20261124T215406Z" (SigV4's x-amz-date).
std::string format_basic_iso8601(Timestamp t);
/// "Tue, 24 Nov 2026 21:54:06 GMT" (HTTP headers).
std::string format_http_date(Timestamp t);

/// Accepts the extended and the basic form, with Z or a numeric offset, with or without fractions.
std::optional<Timestamp> parse_iso8601(std::string_view text);
/// Accepts the HTTP date form above.
std::optional<Timestamp> parse_http_date(std::string_view text);

}  // namespace tunesmith
