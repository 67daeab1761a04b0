// SPDX-License-Identifier: Apache-2.0
//
// The names of a table's rows in memory, for lists by a part of the name: SQLite takes 5 ms to go
// through an index of 100,000 names, whatever is asked of them. Nothing is kept before the first
// search, and writers keep nothing in step: each search first reads the rows above the highest id
// that is known, from the reader's own snapshot. Names of rows that are erased stay until they are
// many; who asks looks at the rows themselves. Thread safe.
#pragma once

#include "base/result.h"
#include "store/sqlite/database.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::store {

class NameTable {
 public:
  struct Row {
    std::int64_t id = 0;
    std::int64_t created = 0;
  };

  /// `rows`: which, as "training_jobs WHERE region != ''", with columns id, created and name. A row
  /// is given a higher id than all before it, those that are erased included (see highest_erased).
  explicit NameTable(std::string_view rows) : rows_(rows) {}

  /// All rows of the snapshot whose names contain `part`, the case of ASCII letters aside, and
  /// perhaps others; nothing when they are more than `most`.
  Result<std::optional<std::vector<Row>>> find(Connection& snapshot, std::string_view part,
                                               std::size_t most);

  /// Says that a row is erased, unless its transaction is undone.
  void erased(std::int64_t id);
  /// The highest id of a row that was erased; 0 when none was.
  std::int64_t highest_erased() const { return highest_erased_; }

 private:
  struct Entry {
    Row row;
    std::size_t end = 0;  // in text_, behind the '\n'
  };
  Result<void> catch_up(Connection& snapshot);

  const std::string rows_;
  std::atomic<std::size_t> erased_ = 0;  // since all names were read
  std::atomic<std::int64_t> highest_erased_ = 0;

  std::mutex mutex_;            // guards what follows
  std::string text_;            // all names in lower case, a '\n' after each
  std::vector<Entry> entries_;  // in the order of text_
  std::int64_t highest_ = 0;    // id
};

}  // namespace tunesmith::store
