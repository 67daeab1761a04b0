// SPDX-License-Identifier: Apache-2.0
#include "app/artifact_retention.h"

#include "base/log.h"
#include "objects/s3_uri.h"
#include "orchestration/tuning_spec.h"
#include "services/sagemaker/inference_operations.h"
#include "store/sqlite/inventory.h"
#include "training/training_spec.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "inference/endpoints.h"
#include "inference/transform_jobs.h"

namespace tunesmith::app {
namespace {

namespace json = boost::json;

/// What the trials of a tuning job have in common.
struct Tuned {
  std::optional<Timestamp> ended;
  std::vector<std::int64_t> best;  // of each definition that has one
  std::vector<training::TrainingSpec> definitions;
};

Result<Tuned> read_tuned(store::Reader& reader, std::int64_t id) {
  TUNESMITH_TRY(const store::TuningJob job, reader.tuning_job(id));
  Tuned tuned;
  tuned.ended = job.ended;
  if (!job.ended) return tuned;
  TUNESMITH_TRY(const orchestration::TuningSpec spec, orchestration::parse_tuning_spec(job.spec));
  for (std::size_t i = 0; i < spec.definitions.size(); ++i) {
    const auto best =
        reader.best_trial(id, static_cast<std::int64_t>(i), spec.definitions[i].maximize);
    if (best) {
      tuned.best.push_back(best->id);
    } else if (best.error().kind != ErrorKind::kNotFound) {
      return best.error();
    }
    tuned.definitions.push_back(spec.definitions[i].training);
  }
  return tuned;
}

/// The folder of a job's output when its time is over.
class Overdue {
 public:
  Overdue(const ArtifactRules& rules, Timestamp now) : rules_(rules), now_(now) {}

  Result<std::optional<std::string>> output(store::Reader& reader, const store::TrainingJob& job) {
    if (!job.ended) return std::nullopt;
    if (!job.tuning_job_id) {
      if (!is_over(*job.ended, rules_.keep_jobs)) return std::nullopt;
      TUNESMITH_TRY(const training::TrainingSpec spec, training::parse_training_spec(job.spec));
      return training::output_uri(spec, job.name);
    }
    if (rules_.keep_trials.count() == 0) return std::nullopt;
    auto known = tuned_.find(*job.tuning_job_id);
    if (known == tuned_.end()) {
      TUNESMITH_TRY(Tuned tuned, read_tuned(reader, *job.tuning_job_id));
      known = tuned_.emplace(*job.tuning_job_id, std::move(tuned)).first;
    }
    const Tuned& tuned = known->second;
    const auto definition = static_cast<std::size_t>(job.definition);
    if (!tuned.ended || !is_over(*tuned.ended, rules_.keep_trials) ||
        definition >= tuned.definitions.size() || std::ranges::count(tuned.best, job.id) > 0)
      return std::nullopt;
    return training::output_uri(tuned.definitions[definition], job.name);
  }

 private:
  bool is_over(Timestamp ended, std::chrono::hours keep) const {
    return keep.count() > 0 && ended < now_ - keep;
  }

  const ArtifactRules& rules_;
  const Timestamp now_;
  std::map<std::int64_t, Tuned> tuned_;
};

/// Every S3 URI in a document that something is read from, in its s3:// form.
void collect_uris(const json::value& value, std::vector<std::string>& out) {
  if (const json::string* text = value.if_string()) {
    if (const auto place = objects::parse_s3_uri(std::string_view(*text)))
      out.push_back("s3://" + place->bucket + "/" + place->key);
  } else if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list) collect_uris(item, out);
  } else if (const json::object* members = value.if_object()) {
    for (const auto& member : *members) {
      if (member.key() != "S3OutputPath") collect_uris(member.value(), out);
    }
  }
}

Result<void> collect_uris(const std::string& document, std::vector<std::string>& out) {
  if (document.empty()) return {};
  boost::system::error_code failed;
  const json::value value = json::parse(document, failed);
  if (failed) return Error(ErrorKind::kCorrupt, "a stored request: " + failed.message());
  collect_uris(value, out);
  return {};
}

/// What models, endpoints and unfinished jobs read: URIs of objects, or what theirs begin with.
Result<std::vector<std::string>> uris_in_use(const store::Store& store) {
  std::vector<std::string> uris;
  TUNESMITH_TRY_VOID(store.read([&](store::Reader& reader) -> Result<void> {
    for (const std::string_view kind :
         {services::sagemaker::kModelKind, inference::kEndpointKind, inference::kTransformKind}) {
      TUNESMITH_TRY(const auto rows, reader.live_resources(kind));
      for (const store::Resource& row : rows) {
        TUNESMITH_TRY_VOID(collect_uris(row.request, uris));
        TUNESMITH_TRY_VOID(collect_uris(row.state, uris));
      }
    }
    TUNESMITH_TRY(const auto training, reader.live_training_jobs());
    for (const store::TrainingJob& job : training)
      TUNESMITH_TRY_VOID(collect_uris(job.request, uris));
    TUNESMITH_TRY(const auto tuning, reader.live_tuning_jobs());
    for (const store::TuningJob& job : tuning) TUNESMITH_TRY_VOID(collect_uris(job.request, uris));
    return {};
  }));
  return uris;
}

/// Deletes in one step what was found, less what is in use by then.
Result<std::size_t> remove(const store::Store& store, objects::ObjectStore& objects,
                           std::map<std::string, std::vector<std::string>>& keys_by_bucket) {
  TUNESMITH_TRY(const auto in_use, uris_in_use(store));
  std::size_t removed = 0;
  for (auto& [bucket, keys] : keys_by_bucket) {
    std::erase_if(keys, [&, &name = bucket](const std::string& key) {
      const std::string uri = "s3://" + name + "/" + key;
      return std::ranges::any_of(in_use,
                                 [&](const std::string& used) { return uri.starts_with(used); });
    });
    if (keys.empty()) continue;
    TUNESMITH_TRY_VOID(objects.remove_many(bucket, keys));
    for (const std::string& key : keys) log::info("retention: deleted s3://{}/{}", bucket, key);
    removed += keys.size();
  }
  keys_by_bucket.clear();
  return removed;
}

}  // namespace

Result<std::size_t> sweep_artifacts(const store::Database& database, const store::Store& store,
                                    objects::ObjectStore& objects, const ArtifactRules& rules,
                                    Timestamp now, const std::stop_token& stop) {
  constexpr std::size_t kBatch = 100;
  constexpr std::array<const char*, 2> kNames = {"model.tar.gz", "output.tar.gz"};
  if (rules.keep_trials.count() == 0 && rules.keep_jobs.count() == 0) return std::size_t{0};
  TUNESMITH_TRY(const auto ended, store::ended_training_jobs(database, to_millis(now)));
  Overdue overdue(rules, now);
  std::map<std::string, std::vector<std::string>> keys_by_bucket;
  std::size_t found = 0, removed = 0;
  for (const std::int64_t id : ended) {
    if (stop.stop_requested()) break;
    std::optional<std::string> folder;
    Timestamp job_ended{};
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      TUNESMITH_TRY(const store::TrainingJob job, reader.training_job(id));
      TUNESMITH_TRY(folder, overdue.output(reader, job));
      if (job.ended) job_ended = *job.ended;
      return {};
    });
    // Deleted meanwhile, or its tuning job was: nobody says any more what it is.
    if (!read && read.error().kind == ErrorKind::kNotFound) continue;
    if (!read) return read.error();
    if (!folder) continue;
    const auto place = objects::parse_s3_uri(*folder);
    if (!place) continue;
    for (const char* name : kNames) {
      const std::string key = place->key + "/" + name;
      const auto object = objects.head(place->bucket, key);
      if (!object && object.error().kind == ErrorKind::kNotFound) continue;
      if (!object) return object.error();
      if (object->modified > job_ended) continue;
      keys_by_bucket[place->bucket].push_back(key);
      ++found;
    }
    if (found < kBatch) continue;
    TUNESMITH_TRY(const std::size_t gone, remove(store, objects, keys_by_bucket));
    removed += gone;
    found = 0;
  }
  TUNESMITH_TRY(const std::size_t gone, remove(store, objects, keys_by_bucket));
  return removed + gone;
}

}  // namespace tunesmith::app
