// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/host.h"

#include "algorithms/confinement/confinement.h"
#include "algorithms/xgboost/trainer/data_cache.h"
#include "algorithms/xgboost/trainer/seqpacket.h"
#include "algorithms/xgboost/trainer/trial_process.h"
#include "base/log.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <list>
#include <optional>
#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

namespace json = boost::json;

constexpr int kMaxThreads = 1024;
constexpr std::size_t kMaxConnections = 4096;

struct Connection {
  FileDescriptor socket;
  pid_t trial = 0;  // 0: no request yet
  bool client_gone = false;
};

struct Request {
  std::string root;
  int threads = 1;
  Limits limits;
};

Result<Request> parse_request(const std::string& text) {
  const auto bad = [](const char* what) { return Error{ErrorKind::kInvalid, what}; };
  boost::system::error_code ec;
  const auto value = json::parse(text, ec);
  if (ec || !value.is_object()) return bad("the request is not a JSON object");
  const auto& object = value.get_object();
  Request request;
  const auto* root = object.if_contains("root");
  if (root == nullptr || !root->is_string() || root->get_string().empty() ||
      root->get_string().front() != '/') {
    return bad("root must be an absolute path");
  }
  request.root = std::string(root->get_string());
  const auto number = [&](const char* name, std::int64_t fallback) -> std::optional<std::int64_t> {
    const auto* member = object.if_contains(name);
    if (member == nullptr) return fallback;
    boost::system::error_code not_a_number;
    const auto read = member->to_number<std::int64_t>(not_a_number);
    return not_a_number ? std::nullopt : std::optional(read);
  };
  const auto threads = number("threads", 1);
  if (!threads || *threads < 1 || *threads > kMaxThreads) return bad("threads must be 1 to 1024");
  request.threads = static_cast<int>(*threads);
  const auto memory = number("memory_bytes", 0);
  if (!memory || *memory < 0) return bad("memory_bytes must not be negative");
  request.limits.memory_bytes = static_cast<std::uint64_t>(*memory);
  const auto file = number("file_bytes", 0);
  if (!file || *file < 0) return bad("file_bytes must not be negative");
  request.limits.file_bytes = static_cast<std::uint64_t>(*file);
  return request;
}

std::string error_text(const std::string& why) {
  return json::serialize(json::object{{"error", why}});
}

// Field 22 of /proc/<pid>/stat: with the process id it names a process for ever.
std::uint64_t start_ticks(pid_t pid) {
  const auto text = read_file(fmt::format("/proc/{}/stat", pid), 4096);
  if (!text) return 0;
  // The second field may hold anything, but ends with the last ')'.
  auto at = text->rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = text->find(' ', at + 1);
  return at == std::string::npos ? 0 : std::strtoull(text->c_str() + at + 1, nullptr, 10);
}

std::string outcome_text(int status, const rusage& used) {
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return fmt::format(R"({{"{}":{},"cpu_seconds":{:.6f},"max_rss_kb":{}}})",
                     WIFSIGNALED(status) ? "signal" : "exit",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                     seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
}

std::size_t default_cache_bytes() {
  const auto pages = sysconf(_SC_PHYS_PAGES);
  const auto page = sysconf(_SC_PAGESIZE);
  const std::size_t quarter = static_cast<std::size_t>(pages) / 4 * static_cast<std::size_t>(page);
  return std::min(quarter, std::size_t{4} << 30U);
}

// The listening socket, and the lock that makes this host the only one at its path.
class Entrance {
 public:
  static Result<Entrance> open(HostOptions& options) {
    Entrance entrance;
    if (options.listener) {
      entrance.listener_ = std::move(options.listener);
    } else {
      entrance.path_ = options.socket_path;
      const auto lock_path = entrance.path_ + ".lock";
      entrance.lock_ =
          FileDescriptor(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
      if (!entrance.lock_) return Error::from_errno(errno, "opening " + lock_path);
      if (flock(entrance.lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        return Error{ErrorKind::kAlreadyExists, "another host serves " + entrance.path_};
      }
      TUNESMITH_TRY(entrance.listener_, listen_at(entrance.path_));
    }
    const int flags = fcntl(entrance.listener_.get(), F_GETFL);
    if (flags < 0 || fcntl(entrance.listener_.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
      return Error::from_errno(errno, "preparing the listening socket");
    }
    return entrance;
  }
  // New clients find nothing and start another host; those that are connected already are still
  // here.
  void take_down() {
    if (!path_.empty() && lock_) (void)unlink(path_.c_str());
    lock_.reset();
  }
  int listener() const { return listener_.get(); }

 private:
  std::string path_;
  FileDescriptor lock_;
  FileDescriptor listener_;
};

class Host {
 public:
  Host(const Library& library, Confinement confinement, Entrance entrance,
       const HostOptions& options, FileDescriptor signals)
      : library_(library),
        confinement_(std::move(confinement)),
        entrance_(std::move(entrance)),
        cache_(library, options.cache_bytes > 0 ? options.cache_bytes : default_cache_bytes()),
        idle_(options.idle),
        signals_(std::move(signals)) {}

  void run() {
    while (!leaving_ || !connections_.empty()) {
      if (!wait()) {
        // Idle for long enough. A client may have come in just before the door closed.
        entrance_.take_down();
        leaving_ = true;
        accept_all();
      }
    }
  }

 private:
  // Handles what happens next; false when nothing did for the idle time.
  bool wait() {
    std::vector<pollfd> watched = {{signals_.get(), POLLIN, 0}};
    // While the table is full, further clients wait in the socket's queue.
    watched.push_back({entrance_.listener(),
                       static_cast<short>(connections_.size() < kMaxConnections ? POLLIN : 0), 0});
    for (const auto& connection : connections_) {
      // A client with a trial has nothing more to say; its end is of no interest then.
      const bool listens = connection.trial == 0;
      watched.push_back({listens ? connection.socket.get() : -1, POLLIN, 0});
    }
    const bool may_idle = connections_.empty() && !leaving_;
    const auto timeout =
        may_idle ? static_cast<int>(std::min<std::int64_t>(idle_.count() * 1000, 1 << 30)) : -1;
    const int ready = poll(watched.data(), watched.size(), timeout);
    if (ready == 0) return false;
    if (ready < 0) return true;
    auto at = watched.begin() + 2;
    for (auto it = connections_.begin(); it != connections_.end(); ++at) {
      const bool readable = at->fd >= 0 && at->revents != 0;
      it = readable && !serve(*it) ? connections_.erase(it) : std::next(it);
    }
    if ((watched[0].revents & POLLIN) != 0) handle_signals();
    if ((watched[1].revents & POLLIN) != 0) accept_all();
    return true;
  }

  void accept_all() {
    while (connections_.size() < kMaxConnections) {
      auto socket = accept_peer(entrance_.listener());
      if (!socket) {
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EMFILE || errno == ENFILE) return;
        if (errno == EINTR || errno == ECONNABORTED) continue;
        return;
      }
      connections_.push_back({std::move(*socket)});
    }
  }

  // Answers a connection's request; false when the connection is over.
  bool serve(Connection& connection) {
    auto message = receive(connection.socket.get());
    if (!message && message.error().kind == ErrorKind::kInternal &&
        (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return true;
    }
    if (!message) return refuse(connection, message.error().message);
    if (!*message) return false;
    auto& content = **message;
    const auto request = parse_request(content.text);
    if (!request) return refuse(connection, request.error().message);
    if (content.descriptors.size() != 2)
      return refuse(connection, "a request carries two descriptors");
    Trial trial;
    trial.root = request->root;
    trial.threads = request->threads;
    trial.limits = request->limits;
    trial.standard_output = std::move(content.descriptors[0]);
    trial.standard_error = std::move(content.descriptors[1]);
    // A job whose input cannot be read gets its trial all the same, which then fails with the
    // reason.
    if (const auto input = read_job_input(trial.root)) {
      trial.data = cache_.get(*input);
      if (trial.data == nullptr) {
        for (const auto& [name, channel] : input->channels) {
          for (const auto& file : channel.files) trial.readable.push_back(file.path);
        }
      }
    }
    const auto pid = start_trial(library_, confinement_, trial, connection.socket.get());
    if (!pid) return refuse(connection, pid.error().message);
    connection.trial = *pid;
    tell(connection, fmt::format(R"({{"pid":{},"start_ticks":{}}})", *pid, start_ticks(*pid)));
    return true;
  }

  bool refuse(Connection& connection, const std::string& why) {
    tell(connection, error_text(why));
    return false;
  }

  // A client that has gone, or does not read, loses its message; nothing here depends on it.
  static void tell(Connection& connection, const std::string& text) {
    (void)send(connection.socket.get(), text).has_value();
  }

  void handle_signals() {
    signalfd_siginfo info{};
    while (read(signals_.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
        entrance_.take_down();
        leaving_ = true;
        // Who has asked nothing yet will not be served.
        connections_.remove_if([](const Connection& c) { return c.trial == 0; });
      }
    }
    reap();
  }

  void reap() {
    for (;;) {
      int status = 0;
      rusage used{};
      const pid_t pid = wait4(-1, &status, WNOHANG, &used);
      if (pid <= 0) return;
      const auto found = std::find_if(connections_.begin(), connections_.end(),
                                      [&](const Connection& c) { return c.trial == pid; });
      if (found == connections_.end()) continue;
      tell(*found, outcome_text(status, used));
      connections_.erase(found);
    }
  }

  const Library& library_;
  Confinement confinement_;
  Entrance entrance_;
  DataCache cache_;
  std::chrono::seconds idle_;
  FileDescriptor signals_;
  std::list<Connection> connections_;
  bool leaving_ = false;
};

Result<FileDescriptor> block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT}) sigaddset(&set, signal);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0)
    return Error::from_errno(errno, "blocking signals");
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
  sigaction(SIGHUP, &ignore, nullptr);
  FileDescriptor fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return Error::from_errno(errno, "signalfd");
  return fd;
}

}  // namespace

Result<void> run_host(HostOptions options) {
  TUNESMITH_TRY(auto signals, block_signals());
  // The door opens first: clients may come while the library is being loaded.
  TUNESMITH_TRY(auto entrance, Entrance::open(options));
  TUNESMITH_TRY(const auto* library, load_library(options.library_path));
  TUNESMITH_TRY(auto confinement, Confinement::prepare());
  if (!confinement.missing().empty()) {
    log::warning("trials run without: {}", confinement.missing());
  }
  Host host(*library, std::move(confinement), std::move(entrance), options, std::move(signals));
  host.run();
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
