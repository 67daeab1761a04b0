// SPDX-License-Identifier: Apache-2.0
#include "runner/host.h"

#include "http/unix_address.h"
#include "training/job_folder.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace tunesmith::runner {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxMessage = 64U * 1024U;

/// Starts the host, in a session of its own, in the hosts folder: the socket's name then fits a
/// socket address however long the folder's path is.
Result<pid_t> spawn_host(const training::AlgorithmSpec& algorithm) {
  const std::string log_path = algorithm.hosts_folder + "/" + algorithm.host_key + ".log";
  const FileDescriptor log(
      ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log) return Error::from_errno(errno, "open " + log_path);
  std::array<std::string, 6> arguments = {
      algorithm.program, "host",
      "--socket",        algorithm.host_key + ".sock",
      "--idle-seconds",  std::to_string(algorithm.host_idle_seconds)};
  std::array<char*, arguments.size() + 1> argv{};
  for (std::size_t i = 0; i < arguments.size(); ++i) argv[i] = arguments[i].data();
  std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
  std::string locale = "LANG=C.UTF-8";
  // One thread that spins at OpenMP's barriers can cost forty times the work; trials set their own
  // number.
  std::string waiting = "OMP_WAIT_POLICY=passive";
  std::array<char*, 4> envp = {path.data(), locale.data(), waiting.data(), nullptr};

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addchdir_np(&actions, algorithm.hosts_folder.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, log.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, log.get(), 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, algorithm.program.c_str(), &actions, &attributes,
                                   argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return Error::from_errno(failed, "start " + algorithm.program);
  return pid;
}

Result<FileDescriptor> connect(const std::string& path) {
  TUNESMITH_TRY(const auto at, http::make_unix_address(path));
  FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket) return Error::from_errno(errno, "socket");
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&at.address), sizeof at.address) !=
      0) {
    return Error(ErrorKind::kUnavailable, "nobody listens at " + path);
  }
  return socket;
}

Result<void> send_request(int socket, const std::string& text, int output) {
  std::array<int, 2> files = {output, output};
  std::array<char, CMSG_SPACE(sizeof files)> control{};
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof files);
  std::memcpy(CMSG_DATA(header), files.data(), sizeof files);
  ssize_t n = 0;
  do {
    n = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return Error::from_errno(errno, "send to the trainer's host");
  return {};
}

class HostedTrial final : public Algorithm {
 public:
  explicit HostedTrial(FileDescriptor connection) : connection_(std::move(connection)) {}
  ~HostedTrial() override {
    if (!exited_) signal(SIGKILL);
  }

  int event_fd() const override { return connection_.get(); }

  Result<std::optional<ExitStatus>> on_event() override {
    auto received = receive();
    if (!received && !exit_) {
      signal(SIGKILL);
      exited_ = true;
      return received.error();
    }
    if (exit_) exited_ = true;
    return exit_;
  }

  bool begun() const override { return begun_; }
  std::optional<training::ProcessIdentity> identity() const override { return identity_; }
  std::int64_t pid() const override { return identity_ ? identity_->pid : 0; }

  void signal(int number) override {
    if (exited_) return;
    if (identity_) {
      static_cast<void>(training::signal_process(*identity_, number).has_value());
    } else if (!begun_ && !exit_) {
      // Makes the descriptor readable. A trial that the host forks nevertheless finds nobody at the
      // other end of its connection and of its output.
      ::shutdown(connection_.get(), SHUT_RDWR);
      exit_.emplace();
      exit_->signal = number;
    }
  }

  std::int64_t first_instruction_us() const override { return started_us_; }

 private:
  Result<void> receive() {
    std::array<char, kMaxMessage> buffer;
    for (;;) {
      const ssize_t n = ::recv(connection_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) return {};
      if (n <= 0) return Error(ErrorKind::kUnavailable, "the trainer's host hung up");
      TUNESMITH_TRY_VOID(take({buffer.data(), static_cast<std::size_t>(n)}));
    }
  }

  Result<void> take(std::string_view text) {
    json::error_code code;
    const json::value value = json::parse(text, code);
    const json::object* message = code ? nullptr : value.if_object();
    if (message == nullptr) {
      return Error(ErrorKind::kInternal,
                   "the trainer's host said: " + std::string(text.substr(0, 200)));
    }
    const auto number = [&]<class T>(std::string_view name, T fallback) {
      const json::value* found = message->if_contains(name);
      std::error_code wrong;
      const T read = found != nullptr ? found->to_number<T>(wrong) : fallback;
      return wrong ? fallback : read;
    };
    if (message->contains("error")) {
      return Error(ErrorKind::kUnavailable,
                   "the trainer's host refused: " + json::serialize(message->at("error")));
    }
    if (message->contains("started")) {
      started_us_ = number("started", std::int64_t{0});
    } else if (message->contains("pid")) {
      begun_ = true;
      const auto pid = number("pid", std::int64_t{0});
      const auto ticks = number("start_ticks", std::uint64_t{0});
      // One that has gone already leaves only its end to wait for.
      if (auto identity = training::identity_of(pid); identity && identity->start_ticks == ticks) {
        identity_ = std::move(*identity);
      }
    }
    if (message->contains("exit") || message->contains("signal")) {
      ExitStatus status;
      if (message->contains("exit")) status.exit_code = number("exit", 1);
      if (message->contains("signal")) status.signal = number("signal", 0);
      status.cpu_seconds = number("cpu_seconds", 0.0);
      status.max_rss_kb = number("max_rss_kb", std::int64_t{0});
      exit_ = status;
    }
    return {};
  }

  const FileDescriptor connection_;
  bool begun_ = false;
  std::optional<training::ProcessIdentity> identity_;
  std::optional<ExitStatus> exit_;
  bool exited_ = false;
  std::int64_t started_us_ = 0;
};

}  // namespace

Result<FileDescriptor> connect_to_host(const training::AlgorithmSpec& algorithm) {
  const std::string base = algorithm.hosts_folder + "/" + algorithm.host_key;
  if (auto connection = connect(base + ".sock")) return connection;
  ::mkdir(algorithm.hosts_folder.c_str(), 0700);
  const FileDescriptor lock(
      ::open((base + ".starting").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) return Error::from_errno(errno, "open " + base + ".starting");
  int locked = 0;
  do {
    locked = ::flock(lock.get(), LOCK_EX);
  } while (locked != 0 && errno == EINTR);
  if (locked != 0) return Error::from_errno(errno, "lock " + base + ".starting");
  // Another runner may have started it while this one waited.
  if (auto connection = connect(base + ".sock")) return connection;
  TUNESMITH_TRY(const pid_t pid, spawn_host(algorithm));
  const FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const auto give_up = Clock::now() + std::chrono::seconds(10);
  for (int wait_ms = 1; Clock::now() < give_up; wait_ms = std::min(wait_ms * 2, 50)) {
    pollfd waited{process.get(), POLLIN, 0};
    if (::poll(&waited, 1, wait_ms) > 0) break;  // it has exited
    if (auto connection = connect(base + ".sock")) return connection;
  }
  return Error(ErrorKind::kUnavailable, "the trainer's host does not listen; see " + base + ".log");
}

Result<std::unique_ptr<Algorithm>> start_in_host(FileDescriptor connection,
                                                 const TrialRequest& request, int output) {
  const json::object message{{"root", request.ml},
                             {"threads", request.threads},
                             {"memory_bytes", request.memory_limit_bytes},
                             {"file_bytes", request.disk_limit_bytes}};
  TUNESMITH_TRY_VOID(send_request(connection.get(), json::serialize(message), output));
  return std::unique_ptr<Algorithm>(std::make_unique<HostedTrial>(std::move(connection)));
}

}  // namespace tunesmith::runner
