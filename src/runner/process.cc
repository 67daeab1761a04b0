// SPDX-License-Identifier: Apache-2.0
#include "algorithms/confinement/system_calls.h"
#include "base/files.h"
#include "base/strings.h"
#include "runner/algorithm.h"
#include "runner/diagnostics.h"
#include "runner/sandbox.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace tunesmith::runner {
namespace {

// What the child tells its parent through a pipe that exec closes.
struct ChildMessage {
  enum Step : int { kReady, kFork, kLimit, kFolder, kUser, kFilter, kExec };
  Step step = kReady;
  int error = 0;
  unsigned missing = 0;  // walls, as in sandbox.h
  std::int64_t time_us = 0;
};

std::int64_t now_us() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

[[noreturn]] void fail(int pipe, ChildMessage::Step step) {
  const ChildMessage message{step, errno, 0, 0};
  static_cast<void>(::write(pipe, &message, sizeof message));
  ::_exit(127);
}

/// How the algorithm ended, written by process 1 of its name space.
struct EndMessage {
  int status = 0;
  rusage usage{};
};

/// Process 1 of the algorithm's name space: when it ends, so does everything there. Passes on how
/// its first child ended.
[[noreturn]] void look_after(pid_t algorithm, int end_pipe) {
  // The ready pipe and the output are the algorithm's alone.
  if (end_pipe > 0) ::syscall(SYS_close_range, 0U, static_cast<unsigned>(end_pipe) - 1, 0U);
  ::syscall(SYS_close_range, static_cast<unsigned>(end_pipe) + 1, ~0U, 0U);
  for (;;) {
    EndMessage end;
    const pid_t ended = ::wait4(-1, &end.status, 0, &end.usage);
    if (ended < 0 && errno != EINTR) ::_exit(127);
    if (ended != algorithm) continue;
    static_cast<void>(::write(end_pipe, &end, sizeof end));
    ::_exit(0);
  }
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Ends processes that left the algorithm's group: as their parents die they become our children. A
/// killed one's own children come to us in the next round.
void kill_adopted() {
  const std::string list = "/proc/self/task/" + std::to_string(::gettid()) + "/children";
  for (int round = 0; round < 100; ++round) {
    const auto children = read_file(list, 1U << 20U);
    if (!children || trim(*children).empty()) return;
    for (const std::string_view text : split(trim(*children), ' ')) {
      const auto child = parse_int(text);
      if (!child || *child <= 1) continue;
      ::kill(static_cast<pid_t>(*child), SIGKILL);
      ::waitpid(static_cast<pid_t>(*child), nullptr, 0);
    }
  }
}

/// 0 means no limit, but for core files. Async-signal-safe.
bool set_limit(__rlimit_resource resource, std::uint64_t value) {
  if (value == 0 && resource != RLIMIT_CORE) return true;
  const rlimit limit{value, value};
  return ::setrlimit(resource, &limit) == 0;
}

/// What a child is made of. All of it exists before the fork: afterwards nothing can be allocated.
struct Launch {
  const ProcessOptions& options;
  char* const* argv;
  char* const* envp;
  Sandbox* sandbox;                        // null: this system gives none
  const std::vector<sock_filter>& filter;  // of system calls; empty: none
  int output;
  int ready_pipe;
  int end_pipe;
};

/// In the child. Async-signal-safe.
[[noreturn]] void become_algorithm(const Launch& launch) {
  const ProcessOptions& options = launch.options;
  const int pipe = launch.ready_pipe;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::setpgid(0, 0);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ChildMessage ready;
  if (launch.sandbox != nullptr) {
    launch.sandbox->limit_processes(options.process_limit);
    ready.missing = launch.sandbox->enter();
    const pid_t algorithm = ::fork();
    if (algorithm < 0) fail(pipe, ChildMessage::kFork);
    if (algorithm > 0) look_after(algorithm, launch.end_pipe);
  }
  if (!set_limit(RLIMIT_CORE, 0) || !set_limit(RLIMIT_AS, options.memory_limit_bytes) ||
      !set_limit(RLIMIT_FSIZE, options.disk_limit_bytes)) {
    fail(pipe, ChildMessage::kLimit);
  }
  if (::chdir(options.working_folder.c_str()) != 0) fail(pipe, ChildMessage::kFolder);
  if (launch.sandbox != nullptr && !launch.sandbox->drop_rights(options.process_limit))
    fail(pipe, ChildMessage::kUser);
  if (!launch.filter.empty() && !algorithms::install_filter(launch.filter))
    fail(pipe, ChildMessage::kFilter);
  const int null = ::open("/dev/null", O_RDONLY);
  if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(launch.output, 1) < 0 ||
      ::dup2(launch.output, 2) < 0) {
    fail(pipe, ChildMessage::kExec);
  }
  // Whatever is not closed on exec already, is now.
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  ready.time_us = now_us();
  // With nobody to read it the runner is dead, and SIGPIPE ends this, too.
  static_cast<void>(::write(pipe, &ready, sizeof ready));
  ::execve(launch.argv[0], launch.argv, launch.envp);
  fail(pipe, ChildMessage::kExec);
}

bool receive(int pipe, ChildMessage& message) {
  ssize_t n = 0;
  do {
    n = ::read(pipe, &message, sizeof message);
  } while (n < 0 && errno == EINTR);
  return n == static_cast<ssize_t>(sizeof message);
}

/// In the parent: what the child told before it became the algorithm, or why it did not.
Result<ChildMessage> await_ready(int pipe, const ProcessOptions& options) {
  ChildMessage told;
  if (!receive(pipe, told))
    return Error(ErrorKind::kInternal, "the algorithm's process died before it began");
  // It has begun when exec closes the pipe.
  if (ChildMessage failed; told.step == ChildMessage::kReady) {
    if (!receive(pipe, failed)) return told;
    told = failed;
  }
  switch (told.step) {
    case ChildMessage::kFork:
      return Error(ErrorKind::kUnavailable, "no process can be made now");
    case ChildMessage::kLimit:
      return Error::from_errno(told.error, "set the algorithm's limits");
    case ChildMessage::kFolder:
      return Error::from_errno(told.error, "enter " + options.working_folder);
    case ChildMessage::kUser:
      return Error::from_errno(told.error, "become the algorithm's own user");
    case ChildMessage::kFilter:
      return Error::from_errno(told.error, "filter the algorithm's system calls");
    default:
      return Error::from_errno(told.error, "start " + options.program);
  }
}

class Process final : public Algorithm {
 public:
  /// `end`: where process 1 of a sandbox says how the algorithm ended; none outside of one.
  Process(Sandbox sandbox, pid_t pid, FileDescriptor pidfd, FileDescriptor end,
          std::int64_t started_us)
      : sandbox_(std::move(sandbox)),
        pid_(pid),
        pidfd_(std::move(pidfd)),
        end_(std::move(end)),
        started_us_(started_us) {}
  ~Process() override {
    if (pid_ > 0 && !exited_) {
      ::kill(-pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      sandbox_.remove_group();
    }
  }

  int event_fd() const override { return pidfd_.get(); }

  Result<std::optional<ExitStatus>> on_event() override {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      return Error::from_errno(errno, "wait for the algorithm");
    }
    if (info.si_pid == 0) return std::optional<ExitStatus>();
    // Before it is reaped its id, which is the group's, can be nobody else's.
    ::kill(-pid_, SIGKILL);
    int status = 0;
    rusage usage{};
    if (::wait4(pid_, &status, 0, &usage) < 0) {
      return Error::from_errno(errno, "wait for the algorithm");
    }
    exited_ = true;
    kill_adopted();
    sandbox_.remove_group();
    if (EndMessage end; end_ && ::read(end_.get(), &end, sizeof end) == sizeof end) {
      status = end.status;
      usage = end.usage;
    }
    ExitStatus exit;
    if (WIFEXITED(status)) exit.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) exit.signal = WTERMSIG(status);
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    exit.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    exit.max_rss_kb = usage.ru_maxrss;
    return std::optional<ExitStatus>(exit);
  }

  bool begun() const override { return true; }
  pid_t watched_process() const override { return exited_ ? 0 : pid_; }
  std::optional<training::ProcessIdentity> identity() const override {
    // It dies with this process; nobody else need find it.
    return std::nullopt;
  }

  std::int64_t pid() const override {
    if (!end_) return pid_;
    // Process 1 only looks after it.
    const std::string id = std::to_string(pid_);
    const auto children = read_file("/proc/" + id + "/task/" + id + "/children", 4096);
    return children ? parse_int(split(trim(*children), ' ').front()).value_or(0) : 0;
  }

  void signal(int number) override {
    if (!exited_) ::kill(-pid_, number);
  }

  std::int64_t first_instruction_us() const override { return started_us_; }

 private:
  const Sandbox sandbox_;
  const pid_t pid_;
  const FileDescriptor pidfd_;
  const FileDescriptor end_;
  const std::int64_t started_us_;
  bool exited_ = false;
};

}  // namespace

Result<std::unique_ptr<Algorithm>> start_process(const ProcessOptions& options, int output) {
  // Everything that allocates happens before the fork: other threads may hold the heap's lock.
  std::vector<std::string> arguments = {options.program};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment = options.environment;
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  const auto filter = options.filters_system_calls
                          ? algorithms::filter_system_calls(algorithms::SystemCalls::kOfPrograms)
                          : std::vector<sock_filter>();
  Sandbox::remove_groups_of_the_dead();
  Sandbox sandbox(options.working_folder, options.hidden_folder, options.program,
                  options.network_isolation, options.user);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
  const FileDescriptor read_end(ends[0]);
  FileDescriptor write_end(ends[1]);
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return Error::from_errno(errno, "pipe");
  FileDescriptor end_read(ends[0]);
  FileDescriptor end_write(ends[1]);

  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t pid = sandbox.fork();
  const bool walled = pid >= 0;
  // Without walls only where there are none: those that are refused for the moment are waited for.
  if (!walled && errno != EAGAIN && errno != ENOMEM) {
    if (options.network_isolation) {
      return Error(ErrorKind::kDenied,
                   "network isolation was asked for, and this system gives none");
    }
    pid = ::fork();
  }
  if (pid < 0) return Error(ErrorKind::kUnavailable, "no process can be made now");
  if (pid == 0) {
    become_algorithm({options, argv.data(), envp.data(), walled ? &sandbox : nullptr, filter,
                      output, write_end.get(), end_write.get()});
  }
  ::setpgid(pid, pid);  // in both, so that it is so for whoever runs first
  write_end.reset();
  end_write.reset();
  const auto ready = await_ready(read_end.get(), options);
  if (!ready) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return ready.error();
  }
  FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    const int saved = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return Error::from_errno(saved, "open the algorithm's process");
  }
  if (options.filters_system_calls && filter.empty())
    note("the algorithm runs without a filter of its system calls: this system gives none");
  if (!walled) note("the algorithm runs without name spaces: this system gives none");
  if (ready->missing != 0) note("the algorithm runs without" + describe_missing(ready->missing));
  if (!walled) end_read.reset();
  return std::unique_ptr<Algorithm>(std::make_unique<Process>(
      std::move(sandbox), pid, std::move(pidfd), std::move(end_read), ready->time_us));
}

}  // namespace tunesmith::runner
