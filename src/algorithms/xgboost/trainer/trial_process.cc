// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/trial_process.h"

#include "algorithms/xgboost/trainer/job.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr int kConnection = 3;  // in the child
// A cell of a converted table is held twice here, before the library has it in eight bytes.
constexpr std::uint64_t kMemoryOfCell = 4;

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_terminate(int) { stop_requested.store(true, std::memory_order_relaxed); }

void take_over_signals() {
  struct sigaction action{};
  action.sa_handler = on_terminate;
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
  action.sa_handler = SIG_DFL;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGCHLD, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Leaves the trial with its output, its connection and nothing else of the host's.
bool arrange_descriptors(const Trial& trial, int connection) {
  // First out of the way of the low numbers that are about to be replaced.
  const int out = fcntl(trial.standard_output.get(), F_DUPFD, 16);
  const int err = fcntl(trial.standard_error.get(), F_DUPFD, 16);
  const int peer = fcntl(connection, F_DUPFD, 16);
  const int null = open("/dev/null", O_RDONLY);
  if (out < 0 || err < 0 || peer < 0 || null < 0) return false;
  if (dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
      dup2(err, STDERR_FILENO) < 0 || dup2(peer, kConnection) < 0) {
    return false;
  }
  return syscall(SYS_close_range, kConnection + 1, ~0U, 0) == 0;
}

void tell(const std::string& text) { (void)!write(kConnection, text.data(), text.size()); }

std::int64_t microseconds_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

bool client_is_gone() {
  pollfd connection{kConnection, 0, 0};
  return poll(&connection, 1, 0) > 0 && (connection.revents & (POLLHUP | POLLERR)) != 0;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// A confined trial can start no program, so what it will load itself is converted before.
ParquetChannels convert_parquet(const Trial& trial) {
  if (trial.data != nullptr) return {};
  const auto input = read_job_input(trial.root);
  return input ? ParquetChannels::convert(*input, trial.limits.memory_bytes / kMemoryOfCell)
               : ParquetChannels();
}

[[noreturn]] void run_child(const Library& library, const Confinement& confinement,
                            const Trial& trial, int connection, pid_t host) {
  take_over_signals();
  setsid();
  if (!arrange_descriptors(trial, connection)) _exit(kJobFailed);
  const auto parquet = convert_parquet(trial);
  if (const auto confined = confinement.enter(trial.root, trial.readable, trial.limits);
      !confined) {
    const auto text = "AlgorithmError: confining the trial: " + confined.error().message + "\n";
    (void)write_all(STDERR_FILENO, text);
    _exit(kJobFailed);
  }
  tell(fmt::format(R"({{"started":{},"pid":{}}})", microseconds_now(), getpid()));
  JobOptions job;
  job.root = trial.root;
  job.threads = trial.threads;
  job.data = trial.data;
  job.parquet = &parquet;
  job.should_stop = [host] {
    return stop_requested.load(std::memory_order_relaxed) ||
           (getppid() != host && client_is_gone());
  };
  const int status = run_job(library, job);
  if (getppid() != host) {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    tell(fmt::format(R"({{"exit":{},"cpu_seconds":{:.6f},"max_rss_kb":{}}})", status,
                     seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss));
  }
  // Without the destructors of what belongs to the host.
  _exit(status);
}

}  // namespace

Result<pid_t> start_trial(const Library& library, const Confinement& confinement,
                          const Trial& trial, int connection) {
  const pid_t host = getpid();
  const pid_t child = fork();
  if (child < 0) return Error::from_errno(errno, "forking a trial");
  if (child == 0) run_child(library, confinement, trial, connection, host);
  return child;
}

}  // namespace tunesmith::algorithms::xgboost
