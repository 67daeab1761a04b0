// SPDX-License-Identifier: Apache-2.0
//
// The schema, as numbered steps that are applied once each, in order. A step that has been released
// is never changed: a new one is added. The number reached is SQLite's user_version.
#pragma once

#include "base/result.h"

#include <span>

namespace tunesmith::store {

class Connection;

/// Every step, as SQL; the n-th leads to version n + 1.
std::span<const char* const> schema_steps();

/// Brings the database to the newest version in one transaction. kConflict when the file is of a
/// newer version.
Result<void> migrate(Connection& connection);

}  // namespace tunesmith::store
