// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/distributed.h"

#include "algorithms/confinement/confinement.h"
#include "algorithms/xgboost/trainer/collective.h"
#include "algorithms/xgboost/trainer/job.h"
#include "algorithms/xgboost/trainer/parquet_channels.h"
#include "base/files.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

namespace tunesmith::algorithms::xgboost {
namespace {

namespace json = boost::json;

constexpr std::size_t kConfigLimit = 1U << 20U;
constexpr std::size_t kMaxAddress = 4096;
constexpr int kLooksForTheKilled = 20;
constexpr std::chrono::milliseconds kBetweenLooks{10};

struct Worker {
  std::string host;
  JobInput input;
  pid_t pid = 0;
};

bool has_bytes(const Channel& channel) {
  return std::any_of(channel.files.begin(), channel.files.end(), [](const InputFile& file) {
    struct stat st{};
    return stat(file.path.c_str(), &st) == 0 && st.st_size > 0;
  });
}

/// Those of the hosts that have something of each channel.
std::vector<Worker> hosts_with_data(const JobInput& input, const std::vector<std::string>& hosts) {
  std::vector<Worker> workers;
  auto shares = share_out(input, hosts.size());
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    bool complete = true;
    for (const auto& [name, channel] : shares[i].channels) {
      if (has_bytes(channel)) continue;
      complete = false;
      const auto kind = name == "train" ? "training" : name;
      log_line(
          fmt::format("Host {} does not have {} data in the {} channel, and will not be used in "
                      "distributed training. Please divide the data across instances properly.",
                      hosts[i], kind, name));
    }
    if (complete) workers.push_back({hosts[i], std::move(shares[i])});
  }
  return workers;
}

/// Everything that the files of an input are read from.
std::vector<std::string> paths_of(const JobInput& input) {
  std::vector<std::string> paths;
  for (const auto& [name, channel] : input.channels) {
    for (const auto& file : channel.files) paths.push_back(file.path);
  }
  return paths;
}

/// The processes of one training. One thread.
class Workers {
 public:
  Workers(const Library& library, const ConfinedJobOptions& options, Confinement confinement,
          std::vector<Worker> workers)
      : library_(library),
        options_(options),
        confinement_(std::move(confinement)),
        workers_(std::move(workers)) {}
  ~Workers() { end_all(); }

  Result<int> run() {
    TUNESMITH_TRY(const auto tracker, start_tracker());
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      TUNESMITH_TRY(workers_[i].pid, fork_child([&] { return work(i, tracker); }));
    }
    return await_workers();
  }

 private:
  /// Forks. The child confines itself as it wants and exits with what `body` returns.
  template <class Body>
  static Result<pid_t> fork_child(const Body& body) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) return Error::from_errno(errno, "forking a worker");
    if (child > 0) return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(kJobFailed);
    // Without the destructors of what belongs to the parent.
    _exit(body());
  }

  /// In a process of its own, since it has threads. Returns its address.
  Result<std::string> start_tracker() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
    const FileDescriptor read_end(ends[0]);
    FileDescriptor write_end(ends[1]);
    TUNESMITH_TRY(tracker_, fork_child([&] {
                    auto done = confinement_.enter("", {}, {});
                    if (done) {
                      done = run_tracker(library_, static_cast<int>(workers_.size()),
                                         [&](const std::string& address) {
                                           auto told = write_all(write_end.get(), address);
                                           write_end.reset();
                                           return told;
                                         });
                    }
                    if (done) return kJobSucceeded;
                    log_line("The tracker failed: " + done.error().message);
                    return kJobFailed;
                  }));
    write_end.reset();
    std::string address(kMaxAddress, '\0');
    ssize_t size = 0;
    do {
      size = read(read_end.get(), address.data(), address.size());
    } while (size < 0 && errno == EINTR);
    if (size <= 0) return Error{ErrorKind::kInternal, "the workers' tracker could not be started"};
    address.resize(static_cast<std::size_t>(size));
    return address;
  }

  /// What a worker's process does.
  int work(std::size_t index, const std::string& tracker) const {
    const auto& worker = workers_[index];
    // Before the confinement, after which no program can be started.
    const auto parquet = ParquetChannels::convert(worker.input, 0);
    if (const auto confined = confinement_.enter(options_.root, paths_of(worker.input), {});
        !confined)
      return fail_job(options_.root, confined.error().with_context("confining a worker"), true);
    const auto count = static_cast<int>(workers_.size());
    auto collective = Collective::join(library_, tracker, static_cast<int>(index), count);
    if (!collective) return fail_job(options_.root, collective.error(), true);
    JobOptions job;
    job.root = options_.root;
    job.threads = std::max(1, options_.threads / count);
    job.should_stop = options_.should_stop;
    job.parquet = &parquet;
    job.input = &worker.input;
    job.host = worker.host;
    job.collective = &*collective;
    const int status = run_job(library_, job);
    if (status == kJobFailed) return status;
    const auto left = collective->leave();
    return left ? status : fail_job(options_.root, left.error(), true);
  }

  /// Waits for the end of all workers, or of one that fails.
  Result<int> await_workers() {
    int status = kJobSucceeded;
    for (std::size_t left = workers_.size(); left > 0;) {
      int how = 0;
      const pid_t ended = waitpid(-1, &how, 0);
      if (ended < 0 && errno == EINTR) continue;
      if (ended < 0) return Error::from_errno(errno, "waiting for the workers");
      if (ended == tracker_) {
        tracker_ = 0;
        if (how == 0) continue;
        return blame(nullptr, how);
      }
      const auto worker = find(ended);
      if (worker == workers_.end()) continue;
      worker->pid = 0;
      --left;
      const bool failed = WIFSIGNALED(how) || WEXITSTATUS(how) == kJobFailed;
      if (failed) return blame(&*worker, how);
      status = std::max(status, WEXITSTATUS(how));
    }
    return status;
  }

  /// A worker that a signal has ended, and which; null when there is none within a moment.
  const Worker* await_killed(int& how) {
    for (int look = 0; look < kLooksForTheKilled; ++look) {
      if (look > 0) std::this_thread::sleep_for(kBetweenLooks);
      for (auto& worker : workers_) {
        if (worker.pid == 0 || waitpid(worker.pid, &how, WNOHANG) != worker.pid) continue;
        worker.pid = 0;
        if (WIFSIGNALED(how)) return &worker;
      }
    }
    return nullptr;
  }

  /// A worker failed, or the tracker (null). If a worker was killed, that is the reason why others
  /// fail, too, and can tell nothing better than that a connection ended: these stand still, lest
  /// they say so over the reason. The connections of who is killed end before it can be waited for,
  /// so it is given a moment.
  int blame(const Worker* failed, int how) {
    for (const auto& worker : workers_)
      if (worker.pid != 0) kill(worker.pid, SIGSTOP);
    const Worker* const killed = failed != nullptr && WIFSIGNALED(how) ? failed : await_killed(how);
    end_all();
    if (killed != nullptr) {
      const auto text =
          fmt::format("The training on {} was ended by signal {}.", killed->host, WTERMSIG(how));
      return fail_job(options_.root, {ErrorKind::kInternal, text});
    }
    if (failed != nullptr) return kJobFailed;  // and has said why
    return fail_job(options_.root, {ErrorKind::kInternal, "The workers' tracker ended."}, true);
  }

  std::vector<Worker>::iterator find(pid_t pid) {
    return std::find_if(workers_.begin(), workers_.end(),
                        [pid](const Worker& worker) { return worker.pid == pid; });
  }

  void end_all() {
    const auto end = [](pid_t& pid) {
      if (pid <= 0) return;
      kill(pid, SIGKILL);
      while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
      }
      pid = 0;
    };
    for (auto& worker : workers_) end(worker.pid);
    end(tracker_);
  }

  const Library& library_;
  const ConfinedJobOptions& options_;
  const Confinement confinement_;
  std::vector<Worker> workers_;
  pid_t tracker_ = 0;
};

/// In this process. An input that cannot be read is a failure for the job to tell.
int run_alone(const Library& library, const ConfinedJobOptions& options,
              const Result<JobInput>& input) {
  JobOptions job;
  job.root = options.root;
  job.threads = options.threads;
  job.should_stop = options.should_stop;
  if (!input) return run_job(library, job);
  const auto parquet = ParquetChannels::convert(*input, 0);
  const auto confinement = Confinement::prepare();
  if (!confinement) return fail_job(options.root, confinement.error());
  if (const auto confined = confinement->enter(options.root, paths_of(*input), {}); !confined)
    return fail_job(options.root, confined.error().with_context("confining the training"));
  job.parquet = &parquet;
  job.input = &*input;
  return run_job(library, job);
}

Result<int> train_together(const Library& library, const ConfinedJobOptions& options,
                           std::vector<Worker> workers) {
  TUNESMITH_TRY(auto confinement, Confinement::prepare(Network::kLoopback));
  if (!confinement.missing().empty())
    log_line("Not available on this machine to confine workers: " + confinement.missing());
  log_line(fmt::format("Distributed node training with {} hosts", workers.size()));
  return Workers(library, options, std::move(confinement), std::move(workers)).run();
}

}  // namespace

Result<std::vector<std::string>> read_hosts(const std::string& root) {
  const std::vector<std::string> alone = {"algo-1"};
  const auto text = read_file(root + "/input/config/resourceconfig.json", kConfigLimit);
  if (!text && text.error().kind == ErrorKind::kNotFound) return alone;
  if (!text) return text.error();
  boost::system::error_code ec;
  const auto config = json::parse(*text, ec);
  const auto* object = ec ? nullptr : config.if_object();
  const auto* list = object != nullptr ? object->if_contains("hosts") : nullptr;
  if (list == nullptr || !list->is_array() || list->get_array().empty()) return alone;
  std::vector<std::string> hosts;
  for (const auto& host : list->get_array()) {
    if (!host.is_string())
      return Error{ErrorKind::kInternal, "resourceconfig.json: a host is not a name"};
    hosts.emplace_back(host.get_string());
  }
  return hosts;
}

std::vector<JobInput> share_out(const JobInput& input, std::size_t hosts) {
  std::vector<JobInput> shares(hosts, input);
  for (const auto& [name, channel] : input.channels) {
    const auto config = input.configs.find(name);
    if (config == input.configs.end() || config->second.s3_distribution_type != "ShardedByS3Key")
      continue;
    for (auto& share : shares) share.channels[name].files.clear();
    for (std::size_t i = 0; i < channel.files.size(); ++i)
      shares[i % hosts].channels[name].files.push_back(channel.files[i]);
  }
  return shares;
}

int run_confined_job(const Library& library, const ConfinedJobOptions& options) {
  const auto input = read_job_input(options.root);
  std::vector<Worker> workers;
  if (input && options.hosts.size() > 1) workers = hosts_with_data(*input, options.hosts);
  if (workers.size() <= 1) {
    if (!workers.empty())
      log_line("Only 1 host with training data, starting single node training.");
    return run_alone(library, options, workers.empty() ? input : workers.front().input);
  }
  for (const char* folder : {"/model", "/output"})
    (void)mkdir((options.root + folder).c_str(), 0755);
  const auto status = train_together(library, options, std::move(workers));
  return status ? *status : fail_job(options.root, status.error());
}

}  // namespace tunesmith::algorithms::xgboost
