// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/job_counts.h"

#include "store/sqlite/database.h"

namespace tunesmith::store {

Result<std::vector<JobCount>> count_jobs(const Database& database) {
  std::vector<JobCount> counts;
  const auto done = database.read([&](Connection& connection) -> Result<void> {
    auto query = connection.prepare(
        "SELECT 'training', status, count(*) FROM training_jobs GROUP BY status UNION ALL "
        "SELECT 'tuning', status, count(*) FROM tuning_jobs WHERE deleted = 0 GROUP BY status");
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      counts.push_back({.kind = query.text(0), .status = query.text(1), .count = query.integer(2)});
    }
  });
  if (!done) return done.error();
  return counts;
}

}  // namespace tunesmith::store
