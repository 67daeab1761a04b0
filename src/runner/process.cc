// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "runner/algorithm.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>

namespace tunesmith::runner {
namespace {

// What the child tells its parent through a pipe that exec closes.
struct ChildMessage {
  enum Step : int { kReady, kIsolation, kLimit, kFolder, kExec };
  Step step = kReady;
  int error = 0;
  std::int64_t time_us = 0;
};

std::int64_t now_us() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

[[noreturn]] void fail(int pipe, ChildMessage::Step step) {
  const ChildMessage message{step, errno, 0};
  static_cast<void>(::write(pipe, &message, sizeof message));
  ::_exit(127);
}

bool write_text(const char* path, const char* text, std::size_t length) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, text, length) == static_cast<ssize_t>(length);
  ::close(fd);
  return written;
}

struct IdMap {
  std::array<char, 64> text{};
  std::size_t length = 0;
  explicit IdMap(unsigned id) {
    length = static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%u %u 1", id, id));
  }
};

/// A network name space of its own; without the right to make one, inside a user name space that
/// maps only our own ids. Async-signal-safe.
bool isolate_network(const IdMap& uid, const IdMap& gid) {
  if (::unshare(CLONE_NEWNET) == 0) return true;
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  return write_text("/proc/self/setgroups", "deny", 4) &&
         write_text("/proc/self/uid_map", uid.text.data(), uid.length) &&
         write_text("/proc/self/gid_map", gid.text.data(), gid.length);
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

class Process final : public Algorithm {
 public:
  Process(pid_t pid, FileDescriptor pidfd, std::int64_t started_us)
      : pid_(pid), pidfd_(std::move(pidfd)), started_us_(started_us) {}
  ~Process() override {
    if (pid_ > 0 && !exited_) {
      ::kill(-pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
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
  std::optional<training::ProcessIdentity> identity() const override {
    // It dies with this process; nobody else need find it.
    return std::nullopt;
  }

  std::int64_t pid() const override { return pid_; }

  void signal(int number) override {
    if (!exited_) ::kill(-pid_, number);
  }

  std::int64_t first_instruction_us() const override { return started_us_; }

 private:
  const pid_t pid_;
  const FileDescriptor pidfd_;
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
  const IdMap uid(::getuid());
  const IdMap gid(::getgid());
  const pid_t parent = ::getpid();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
  const FileDescriptor read_end(ends[0]);
  FileDescriptor write_end(ends[1]);

  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t pid = ::fork();
  if (pid < 0) return Error::from_errno(errno, "fork");
  if (pid == 0) {
    const int pipe = write_end.get();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // it died before the line above
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::setpgid(0, 0);
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    if (options.network_isolation && !isolate_network(uid, gid)) {
      fail(pipe, ChildMessage::kIsolation);
    }
    if (options.memory_limit_bytes > 0) {
      const rlimit memory{options.memory_limit_bytes, options.memory_limit_bytes};
      if (::setrlimit(RLIMIT_AS, &memory) != 0) fail(pipe, ChildMessage::kLimit);
    }
    if (::chdir(options.working_folder.c_str()) != 0) fail(pipe, ChildMessage::kFolder);
    const int null = ::open("/dev/null", O_RDONLY);
    if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) {
      fail(pipe, ChildMessage::kExec);
    }
    // Whatever is not closed on exec already, is now.
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    const ChildMessage ready{ChildMessage::kReady, 0, now_us()};
    static_cast<void>(::write(pipe, &ready, sizeof ready));
    ::execve(argv[0], argv.data(), envp.data());
    fail(pipe, ChildMessage::kExec);
  }

  ::setpgid(pid, pid);  // in both, so that it is so for whoever runs first
  write_end.reset();
  ChildMessage ready;
  ChildMessage failed;
  const auto receive = [&](ChildMessage& message) {
    ssize_t n = 0;
    do {
      n = ::read(read_end.get(), &message, sizeof message);
    } while (n < 0 && errno == EINTR);
    return n == static_cast<ssize_t>(sizeof message);
  };
  const bool told = receive(ready);
  const bool is_failure = told && (ready.step != ChildMessage::kReady || receive(failed));
  if (!told || is_failure) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    if (!told) return Error(ErrorKind::kInternal, "the algorithm's process died before it began");
    if (ready.step != ChildMessage::kReady) failed = ready;
    switch (failed.step) {
      case ChildMessage::kIsolation:
        return Error(ErrorKind::kDenied,
                     "network isolation was asked for, and this system gives none");
      case ChildMessage::kLimit:
        return Error::from_errno(failed.error, "set the memory limit");
      case ChildMessage::kFolder:
        return Error::from_errno(failed.error, "enter " + options.working_folder);
      default:
        return Error::from_errno(failed.error, "start " + options.program);
    }
  }
  FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    const int saved = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return Error::from_errno(saved, "open the algorithm's process");
  }
  return std::unique_ptr<Algorithm>(
      std::make_unique<Process>(pid, std::move(pidfd), ready.time_us));
}

}  // namespace tunesmith::runner
