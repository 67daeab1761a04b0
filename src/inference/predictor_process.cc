// SPDX-License-Identifier: Apache-2.0
#include "inference/predictor_process.h"

#include "base/spawn.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <thread>

namespace tunesmith::inference {
namespace {

using Steady = std::chrono::steady_clock;

/// Tries again, until then, while the system makes no process.
Result<pid_t> spawn_patiently(const SpawnRequest& request, Steady::time_point until) {
  constexpr std::chrono::milliseconds kPause{200};
  for (;;) {
    auto pid = spawn(request);
    if (pid || pid.error().kind != ErrorKind::kUnavailable || Steady::now() + kPause > until)
      return pid;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<std::unique_ptr<PredictorProcess>> PredictorProcess::start(
    const PredictorOptions& options, std::chrono::milliseconds patience) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return Error::from_errno(errno, "make a socket for a predictor");
  FileDescriptor ours(ends[0]);
  FileDescriptor theirs(ends[1]);
  const FileDescriptor log(
      ::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log) return Error::from_errno(errno, "open " + options.log.string());
  SpawnRequest serve;
  serve.program = options.program;
  const bool legacy = options.generation == algorithms::xgboost::Generation::kLegacy;
  serve.arguments = {"serve",
                     "--model",
                     options.model.string(),
                     "--socket-fd",
                     std::to_string(kSpawnedExtraFd),
                     "--threads",
                     std::to_string(options.threads),
                     "--legacy",
                     legacy ? "1" : "0"};
  // Nothing of the server's environment is the model's: it may hold credentials.
  serve.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"};
  serve.output = log.get();
  serve.extra = theirs.get();
  const auto deadline = Steady::now() + patience;
  TUNESMITH_TRY(const pid_t pid, spawn_patiently(serve, deadline));
  std::unique_ptr<PredictorProcess> process(new PredictorProcess(pid, std::move(ours)));
  // Only the process has its end now, so its death closes the connection.
  theirs.reset();
  auto ready = algorithms::xgboost::receive_frame(process->socket_.get(), deadline);
  if (!ready) {
    return Error(ErrorKind::kUnavailable, ready.error().kind == ErrorKind::kNotFound
                                              ? "the process of the model died while it was loading"
                                              : "loading the model: " + ready.error().message);
  }
  if (ready->code != 200) return Error(ErrorKind::kInvalid, ready->body);
  return process;
}

PredictorProcess::~PredictorProcess() {
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<Frame> PredictorProcess::ask(const Frame& request, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const std::unique_lock lock(mutex_, deadline);
  if (!lock) return Error(ErrorKind::kLimitExceeded, "the model is busy with other requests");
  TUNESMITH_TRY_VOID(algorithms::xgboost::send_frame(socket_.get(), request, deadline));
  auto answer = algorithms::xgboost::receive_frame(socket_.get(), deadline);
  if (!answer && answer.error().kind == ErrorKind::kNotFound)
    return Error(ErrorKind::kUnavailable, "the process of the model died");
  return answer;
}

}  // namespace tunesmith::inference
