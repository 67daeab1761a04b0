// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/collective.h"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace tunesmith::algorithms::xgboost {
namespace {

namespace json = boost::json;

// The library's numbers for what it reduces, and how.
constexpr int kDouble = 2;
constexpr int kInt32 = 6;
constexpr int kMaximum = 0;
constexpr int kSum = 2;
constexpr int kByTask = 1;

// How long a worker waits for another, which may have far more to read. A worker that dies is
// noticed at once: its connections end.
constexpr int kPatienceSeconds = 86400;

Error refused(const Library& library, const std::string& what) {
  std::string why = library.last_error();
  // Where in the library it happened helps nobody.
  if (const auto trace = why.find("\nStack trace:"); trace != std::string::npos) why.resize(trace);
  while (!why.empty() && why.back() == '\n') why.pop_back();
  return {ErrorKind::kInternal, fmt::format("{}: {}", what, why)};
}

}  // namespace

Result<void> run_tracker(const Library& library, int workers,
                         const std::function<Result<void>(const std::string&)>& started) {
  const auto config = json::serialize(json::object{{"dmlc_communicator", "rabit"},
                                                   {"host", "127.0.0.1"},
                                                   {"port", 0},
                                                   {"n_workers", workers},
                                                   {"sortby", kByTask},
                                                   {"timeout", 0}});
  Library::Handle tracker = nullptr;
  if (library.tracker_create(config.c_str(), &tracker) != 0)
    return refused(library, "making the tracker");
  if (library.tracker_run(tracker, "{}") != 0) return refused(library, "starting the tracker");
  const char* arguments = nullptr;
  if (library.tracker_worker_args(tracker, &arguments) != 0)
    return refused(library, "asking the tracker for its address");
  TUNESMITH_TRY_VOID(started(arguments));
  if (library.tracker_wait(tracker, "{}") != 0) return refused(library, "waiting for the workers");
  return {};
}

Result<Collective> Collective::join(const Library& library, const std::string& tracker, int rank,
                                    int workers) {
  boost::system::error_code ec;
  const auto address = json::parse(tracker, ec);
  if (ec || !address.is_object())
    return Error{ErrorKind::kInternal, "the tracker's address is not understood: " + tracker};
  auto config = address.get_object();
  config["dmlc_communicator"] = "rabit";
  // Ranks follow the order of these texts.
  config["dmlc_task_id"] = fmt::format("{:06}", rank);
  config["dmlc_timeout"] = kPatienceSeconds;
  if (library.communicator_init(json::serialize(config).c_str()) != 0)
    return refused(library, "joining the other workers");
  return Collective(library, rank, workers);
}

bool Collective::reduce(void* value, int type, int operation) {
  if (!status_) return false;
  if (library_->communicator_allreduce(value, 1, type, operation) != 0)
    status_ = refused(*library_, "exchanging values with the other workers");
  return status_.has_value();
}

double Collective::mean(double value) {
  double sum = value;
  return reduce(&sum, kDouble, kSum) ? sum / workers_ : value;
}

bool Collective::any(bool value) {
  std::int32_t most = value ? 1 : 0;
  return !reduce(&most, kInt32, kMaximum) || most != 0;
}

Result<void> Collective::leave() {
  if (library_->communicator_finalize() != 0)
    return refused(*library_, "leaving the other workers");
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
