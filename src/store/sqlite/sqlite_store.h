// SPDX-License-Identifier: Apache-2.0
//
// The Store over the embedded database, which must outlive it. There is one at a time: beside the
// database it keeps names of jobs (name_table.h).
#pragma once

#include "store/sqlite/database.h"
#include "store/sqlite/name_table.h"
#include "store/store.h"

namespace tunesmith::store {

/// Of the rows that lists show.
struct JobNames {
  NameTable tuning{"tuning_jobs WHERE deleted = 0"};
  NameTable training{"training_jobs WHERE region != ''"};
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(Database& database) : database_(database) {}
  Result<void> write(const std::function<Result<void>(Transaction&)>& body) override;
  Result<void> read(const std::function<Result<void>(Reader&)>& body) const override;

 private:
  Database& database_;
  mutable JobNames names_;
};

}  // namespace tunesmith::store
