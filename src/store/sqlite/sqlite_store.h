// SPDX-License-Identifier: Apache-2.0
//
// The Store over the embedded database. Holds no state of its own; the Database must outlive it.
#pragma once

#include "store/sqlite/database.h"
#include "store/store.h"

namespace tunesmith::store {

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(Database& database) : database_(database) {}
  Result<void> write(const std::function<Result<void>(Transaction&)>& body) override;
  Result<void> read(const std::function<Result<void>(Reader&)>& body) const override;

 private:
  Database& database_;
};

}  // namespace tunesmith::store
