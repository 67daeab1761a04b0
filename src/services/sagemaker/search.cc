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

Timestamp time_of(double seconds) { return from_millis(static_cast<std::int64_t>(seconds * 1000)); }

/// False when nothing can match.
template <class Jobs>
Result<bool> narrow(store::Reader& r, const RequestContext& context,
                    const std::vector<SearchFilter::Condition>& required, store::JobQuery& query) {
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
      const auto job = r.tuning_job(context.region, *tuning_job);
      if (!job && job.error().kind == ErrorKind::kNotFound) return false;
      if (!job) return job.error();
      query.tuning_job_id = job->id;
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

template <class Jobs>
class Search {
 public:
  using Record = typename Jobs::Record;
  struct Hit {
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
    }
    api::SearchResponse out;
    out.results.emplace();
    const auto read = service_.store.read([&](store::Reader& r) -> Result<void> {
      TUNESMITH_TRY(const bool possible, narrow<Jobs>(r, context_, filter_.required(), query_));
      if (!possible) return {};
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
    for (std::size_t examined = 0;;) {
      TUNESMITH_TRY(const auto page, Jobs::page(r, query_));
      for (const auto& row : page.rows) {
        TUNESMITH_TRY(auto record, match(r, row));
        if (record) put(out, std::move(*record));
        const bool last = &row == &page.rows.back() && !page.next;
        if (last) return {};
        if (out.results->size() < limit_ && ++examined < kMostExamined) continue;
        out.next_token = print_token(store::cursor_after(row, query_.sort_by), scope_);
        return {};
      }
      if (!page.next) return {};
      query_.after = page.next;
    }
  }

  /// All matches, in memory; the token counts what was shown.
  Result<void> in_own_order(store::Reader& r, api::SearchResponse& out) {
    std::vector<Hit> hits;
    query_.limit = kChunk;
    for (std::size_t examined = 0; examined < kMostExamined;) {
      TUNESMITH_TRY(const auto page, Jobs::page(r, query_));
      for (const auto& row : page.rows) {
        TUNESMITH_TRY(auto record, match(r, row));
        if (!record) continue;
        auto key = order_.values(aws::shape_of<Record>(), &*record);
        hits.push_back({std::move(*record), std::move(key)});
      }
      examined += page.rows.size();
      if (!page.next) break;
      query_.after = page.next;
    }
    // Records without the property come last, whichever way.
    std::stable_sort(hits.begin(), hits.end(), [this](const Hit& a, const Hit& b) {
      if (a.key.empty() || b.key.empty()) return !a.key.empty();
      return descending_ ? less(b.key.front(), a.key.front()) : less(a.key.front(), b.key.front());
    });
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
