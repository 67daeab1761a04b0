// SPDX-License-Identifier: Apache-2.0
//
// Search over training jobs, tuning jobs and trial components (search_records.h). What a filter
// says of columns narrows the store's query; the whole expression is then held against each record
// as Describe shows it.
#include "aws/protocol/json.h"
#include "base/digest.h"
#include "base/strings.h"
#include "services/sagemaker/errors.h"
#include "services/sagemaker/search_filter.h"
#include "services/sagemaker/search_records.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::services::sagemaker {
namespace {

// A page is answered with what was found when so many records were looked at, and a token.
constexpr std::size_t kMostExamined = 20'000;
constexpr std::size_t kChunk = 100;
// So many further records are looked at, by the first page of a search, to tell how many match.
constexpr std::size_t kMostCounted = 100;

Timestamp time_of(double seconds) { return from_millis(static_cast<std::int64_t>(seconds * 1000)); }

/// False when nothing can match.
template <class Jobs>
bool narrow(const RequestContext& context, const std::vector<SearchFilter::Condition>& required,
            store::JobQuery& query) {
  for (const auto& c : required) {
    const std::string& path = c.path.text();
    if (path == Jobs::kName && c.op == "Equals") query.name = Jobs::job_name(c.value);
    if (path == Jobs::kName && c.op == "Contains" && Jobs::kNameIsJobs) {
      query.name_contains = c.value;
    }
    if (path == Jobs::kStatus && c.op == "Equals") {
      query.status = store::parse_job_status(c.value);
      if (!query.status) return false;
    }
    // A bound of the store excludes it: one millisecond further.
    const bool lower = c.op.starts_with("GreaterThan"), upper = c.op.starts_with("LessThan");
    if (c.number && path == "CreationTime") {
      if (lower) query.created_after = time_of(*c.number) - Millis(1);
      if (upper) query.created_before = time_of(*c.number) + Millis(2);
    }
    if (c.number && path == "LastModifiedTime") {
      if (lower) query.modified_after = time_of(*c.number) - Millis(1);
      if (upper) query.modified_before = time_of(*c.number) + Millis(2);
    }
    if (const auto tuning_job =
            c.op == "Equals" ? Jobs::tuning_job(context, path, c.value) : std::nullopt) {
      query.tuning_job_name = *tuning_job;
    }
  }
  return true;
}

template <class Jobs>
std::optional<store::SortBy> stored_order(const std::string& property) {
  if (property == "LastModifiedTime") return store::SortBy::kModificationTime;
  if (property == "CreationTime") return store::SortBy::kCreationTime;
  if (property == Jobs::kName) return store::SortBy::kName;
  if (property == Jobs::kStatus) return store::SortBy::kStatus;
  return std::nullopt;
}

/// How many records match: what a search knows of it when it has shown some of them.
struct Hits {
  std::int64_t shown = 0;
  std::int64_t least = 0;  // in all
  bool exact = false;

  /// Travels in the tokens of a search, in front of the cursor's key.
  std::string print() const { return fmt::format("{} {} {}\n", shown, least, exact ? 1 : 0); }
  /// Takes them off the cursor's key.
  static std::optional<Hits> take(store::Cursor& cursor) {
    const auto line = cursor.key.find('\n');
    const std::string head = cursor.key.substr(0, line);
    const auto words = split(head, ' ');
    if (line == std::string::npos || words.size() != 3) return std::nullopt;
    const auto shown = parse_int(words[0]), least = parse_int(words[1]),
               exact = parse_int(words[2]);
    if (!shown || !least || !exact) return std::nullopt;
    cursor.key.erase(0, line + 1);
    return Hits{*shown, *least, *exact == 1};
  }
  api::TotalHits total() const {
    return {least, std::string(exact ? "EqualTo" : "GreaterThanOrEqualTo")};
  }
};

template <class Jobs>
class Search {
 public:
  using Record = typename Jobs::Record;
  struct Found {
    Record record;
    std::vector<SearchValue> key;  // for orders that the store does not have
  };

  Search(Service& service, const RequestContext& context, const api::SearchRequest& input,
         Jobs jobs)
      : service_(service), context_(context), input_(input), jobs_(std::move(jobs)) {}

  Outcome<api::SearchResponse> run() {
    auto filter = SearchFilter::compile(aws::shape_of<Record>(), input_.search_expression);
    if (!filter) return filter.error();
    filter_ = std::move(*filter);
    const std::string sort = input_.sort_by.value_or("LastModifiedTime");
    auto path = PropertyPath::parse(aws::shape_of<Record>(), sort);
    if (!path) return path.error();
    order_ = std::move(*path);
    descending_ = input_.sort_order.value_or("Descending") == "Descending";
    limit_ = static_cast<std::size_t>(input_.max_results.value_or(10));
    query_.region = context_.region;
    query_.descending = descending_;
    const auto stored = stored_order<Jobs>(sort);
    query_.sort_by = stored.value_or(store::SortBy::kModificationTime);
    const std::string asked =
        input_.search_expression ? aws::to_json(*input_.search_expression) : std::string();
    scope_ = to_hex(
        sha256(fmt::format("search/{}/{}/{}/{}", input_.resource, sort, descending_, asked)));
    if (input_.next_token) {
      auto cursor = parse_token(*input_.next_token, scope_);
      if (!cursor) return cursor.error();
      after_ = std::move(*cursor);
      if (stored) hits_ = Hits::take(*after_);
    }
    api::SearchResponse out;
    out.results.emplace();
    const auto read = service_.store.read([&](store::Reader& r) -> Result<void> {
      if (!narrow<Jobs>(context_, filter_.required(), query_)) {
        out.total_hits = api::TotalHits{0, "EqualTo"};
        return {};
      }
      return stored ? in_stored_order(r, out) : in_own_order(r, out);
    });
    if (!read) return api_error(read.error());
    return out;
  }

 private:
  Result<std::optional<Record>> match(store::Reader& r, const typename Jobs::Row& row) {
    TUNESMITH_TRY(Record record, jobs_.record(r, context_, row));
    TUNESMITH_TRY(const auto tags, r.tags(Jobs::arn(context_, row)));
    if (!tags.empty()) record.tags.emplace();
    for (const auto& tag : tags) record.tags->push_back({tag.key, tag.value});
    if (!filter_.matches(&record)) return std::optional<Record>();
    return std::optional(std::move(record));
  }

  void put(api::SearchResponse& out, Record record) {
    out.results->emplace_back();
    Jobs::put(out.results->back(), std::move(record));
  }

  Result<void> in_stored_order(store::Reader& r, api::SearchResponse& out) {
    query_.after = after_;
    query_.limit = kChunk;
    Hits hits = hits_.value_or(Hits{});
    std::optional<store::Cursor> next;  // of the page after this one, when there may be one
    std::int64_t found = 0;
    std::size_t examined = 0, counted = 0;
    const auto look = [&](const typename Jobs::Row& row) -> Result<bool> {
      TUNESMITH_TRY(auto record, match(r, row));
      if (record) ++found;
      if (next) return ++counted < kMostCounted;
      if (record) put(out, std::move(*record));
      ++examined;
      if (out.results->size() < limit_ && examined < kMostExamined) return true;
      next = store::cursor_after(row, query_.sort_by);
      return !hits_;  // a later page knows it from the first
    };
    bool more = true, end = false;
    while (more && !end) {
      TUNESMITH_TRY(const auto page, Jobs::page(r, query_));
      end = !page.next;
      for (const auto& row : page.rows) {
        if (!more) end = false;
        if (!more) break;
        TUNESMITH_TRY(more, look(row));
      }
      query_.after = page.next;
    }
    const auto here = static_cast<std::int64_t>(out.results->size());
    if (end) {
      hits.least = hits.shown + found;
      hits.exact = true;
      if (found == here) next.reset();
    } else {
      hits.least = std::max(hits.least, hits.shown + found);
    }
    hits.shown += here;
    out.total_hits = hits.total();
    if (next) {
      next->key = hits.print() + next->key;
      out.next_token = print_token(*next, scope_);
    }
    return {};
  }

  /// All matches, in memory; the token counts what was shown.
  Result<void> in_own_order(store::Reader& r, api::SearchResponse& out) {
    std::vector<Found> hits;
    bool end = false;
    query_.limit = kChunk;
    for (std::size_t examined = 0; !end && examined < kMostExamined;) {
      TUNESMITH_TRY(const auto page, Jobs::page(r, query_));
      for (const auto& row : page.rows) {
        TUNESMITH_TRY(auto record, match(r, row));
        if (!record) continue;
        auto key = order_.values(aws::shape_of<Record>(), &*record);
        hits.push_back({std::move(*record), std::move(key)});
      }
      examined += page.rows.size();
      end = !page.next;
      query_.after = page.next;
    }
    // Records without the property come last, whichever way.
    std::stable_sort(hits.begin(), hits.end(), [this](const Found& a, const Found& b) {
      if (a.key.empty() || b.key.empty()) return !a.key.empty();
      return descending_ ? less(b.key.front(), a.key.front()) : less(a.key.front(), b.key.front());
    });
    out.total_hits = Hits{0, static_cast<std::int64_t>(hits.size()), end}.total();
    const auto from = std::min(hits.size(), static_cast<std::size_t>(after_ ? after_->id : 0));
    const auto until = std::min(hits.size(), from + limit_);
    for (std::size_t i = from; i < until; ++i) put(out, std::move(hits[i].record));
    if (until < hits.size()) {
      out.next_token = print_token({"", static_cast<std::int64_t>(until)}, scope_);
    }
    return {};
  }

  static bool less(const SearchValue& a, const SearchValue& b) {
    const auto *x = std::get_if<std::string>(&a), *y = std::get_if<std::string>(&b);
    if (x != nullptr && y != nullptr) {
      const auto p = parse_double(*x), q = parse_double(*y);
      return p && q ? *p < *q : *x < *y;
    }
    return a < b;
  }

  Service& service_;
  const RequestContext& context_;
  const api::SearchRequest& input_;
  Jobs jobs_;
  SearchFilter filter_;
  PropertyPath order_;
  store::JobQuery query_;
  std::optional<store::Cursor> after_;
  std::optional<Hits> hits_;  // what the page before knew
  std::string scope_;
  std::size_t limit_ = 10;
  bool descending_ = true;
};

}  // namespace

Outcome<api::SearchResponse> search(Service& service, const RequestContext& context,
                                    const api::SearchRequest& input) {
  if (input.resource == "TrainingJob") {
    return Search<TrainingJobs>(service, context, input, {}).run();
  }
  if (input.resource == "HyperParameterTuningJob") {
    return Search<TuningJobs>(service, context, input, {service.clock.now()}).run();
  }
  if (input.resource == "ExperimentTrialComponent") {
    return Search<TrialComponents>(service, context, input, {}).run();
  }
  return invalid(
      fmt::format("Resource '{}' can't be searched here; can be: TrainingJob, "
                  "HyperParameterTuningJob, ExperimentTrialComponent.",
                  input.resource));
}

}  // namespace tunesmith::services::sagemaker
