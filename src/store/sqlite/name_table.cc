// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/name_table.h"

#include "base/strings.h"

#include <algorithm>
#include <cstring>

namespace tunesmith::store {
namespace {

// Names of erased rows that are kept: so many, and half as many as there are names.
constexpr std::size_t kFewErased = 1000;

}  // namespace

Result<void> NameTable::catch_up(Connection& snapshot) {
  const bool anew = highest_ == 0 || erased_ > kFewErased + entries_.size() / 2;
  if (anew) {
    text_.clear();
    entries_.clear();
    highest_ = 0;
    erased_ = 0;
  }
  // All of them come from an index that has the names, a few new ones from their rows.
  auto query = snapshot.prepare("SELECT id, created, name FROM " + rows_ +
                                (anew ? "" : " AND id > ?1 ORDER BY id"));
  if (!anew) query.bind(1, highest_);
  std::int64_t highest = highest_;
  for (;;) {
    TUNESMITH_TRY(const bool more, query.step());
    if (!more) break;
    text_ += to_lower(query.text(2));
    text_ += '\n';
    entries_.push_back({{query.integer(0), query.integer(1)}, text_.size()});
    highest = std::max(highest, entries_.back().row.id);
  }
  highest_ = highest;  // only now: what was read before a failure is read again
  return {};
}

Result<std::optional<std::vector<NameTable::Row>>> NameTable::find(Connection& snapshot,
                                                                   std::string_view part,
                                                                   std::size_t most) {
  const std::string lowered = to_lower(part);
  const std::scoped_lock lock(mutex_);
  TUNESMITH_TRY_VOID(catch_up(snapshot));
  std::vector<Row> found;
  auto entry = entries_.begin();
  for (std::size_t from = 0; from < text_.size(); from = entry->end) {
    const void* at =
        ::memmem(text_.data() + from, text_.size() - from, lowered.data(), lowered.size());
    if (at == nullptr) break;
    const auto place = static_cast<std::size_t>(static_cast<const char*>(at) - text_.data());
    while (entry->end <= place) ++entry;
    if (found.size() == most) return std::optional<std::vector<Row>>();
    found.push_back(entry->row);
  }
  return std::optional(std::move(found));
}

void NameTable::erased(std::int64_t id) {
  ++erased_;
  highest_erased_ = std::max<std::int64_t>(highest_erased_, id);
}

}  // namespace tunesmith::store
