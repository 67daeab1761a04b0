// SPDX-License-Identifier: Apache-2.0
//
// The table of resources: what sqlite_store.cc does with it, one function each, on the connection
// of the transaction. Private to store/sqlite.
#pragma once

#include "store/records.h"
#include "store/sqlite/database.h"

namespace tunesmith::store::resource_rows {

Result<Resource> find(Connection& connection, std::string_view kind, std::string_view region,
                      std::string_view name);
Result<Resource> find(Connection& connection, std::int64_t id);
Result<Page<Resource>> list(Connection& connection, const ResourceQuery& query);
Result<std::vector<Resource>> live(Connection& connection, std::string_view kind);
Result<std::int64_t> insert(Connection& connection, const Resource& resource);
Result<void> update(Connection& connection, const Resource& resource);
Result<void> erase(Connection& connection, std::int64_t id);

}  // namespace tunesmith::store::resource_rows
