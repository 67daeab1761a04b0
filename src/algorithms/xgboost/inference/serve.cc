// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/serve.h"

#include "algorithms/confinement/confinement.h"
#include "algorithms/xgboost/inference/frame.h"
#include "algorithms/xgboost/inference/model_archive.h"
#include "algorithms/xgboost/inference/predictor.h"
#include "algorithms/xgboost/trainer/thread_room.h"
#include "algorithms/xgboost/trainer/xgboost_library.h"
#include "base/clock.h"
#include "base/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace tunesmith::algorithms::xgboost {
namespace {

// Address space beyond what the process has with the library loaded.
constexpr std::uint64_t kMemory = std::uint64_t{8} << 30U;
constexpr std::size_t kMaxLog = std::size_t{64} << 20U;

class Log {
 public:
  void line(std::string text) {
    for (char& c : text) {
      if (c == '\n') c = '\r';  // as the service shows a text of several lines as one event
    }
    const auto stamped = fmt::format("{} {}\n", to_millis(SystemClock().now()), text);
    if (written_ + stamped.size() > kMaxLog) return;
    written_ += stamped.size();
    (void)write_all(STDERR_FILENO, stamped);
  }

 private:
  std::size_t written_ = 0;
};

/// The model, loaded after the last privilege is gone.
Result<Predictor> load(const ServeOptions& options) {
  const int threads = threads_within_limits(options.threads);
  // For OpenMP, which reads it once: XGBoost reads a model with as many threads as there are cores.
  setenv("OMP_THREAD_LIMIT", std::to_string(threads).c_str(), 1);
  TUNESMITH_TRY(const Library* library, load_library(options.library_path));
  const FileDescriptor artifact(::open(options.model.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!artifact) return Error::from_errno(errno, "open the model artifact");
  TUNESMITH_TRY(const auto confinement, Confinement::prepare());
  const auto folder = std::filesystem::path(options.model).parent_path().string();
  TUNESMITH_TRY_VOID(confinement.enter(folder, {}, {.memory_bytes = kMemory}));
  TUNESMITH_TRY(const std::string bytes, read_model_archive(artifact.get()));
  return Predictor::load(*library, bytes, options.generation, threads);
}

}  // namespace

int run_serve(const ServeOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  Log log;
  auto predictor = load(options);
  Frame ready;
  ready.code = predictor ? 200 : 400;
  if (!predictor) ready.body = predictor.error().message;
  log.line(predictor ? std::string("the model is loaded") : predictor.error().message);
  if (!send_frame(options.socket, ready, std::nullopt) || !predictor) return 1;
  for (;;) {
    const auto request = receive_frame(options.socket, std::nullopt);
    if (!request) return request.error().kind == ErrorKind::kNotFound ? 0 : 1;
    const Frame answer = predictor->answer(*request);
    if (answer.code >= 400) log.line(fmt::format("{} {}", answer.code, answer.body));
    if (!send_frame(options.socket, answer, std::nullopt)) return 1;
  }
}

}  // namespace tunesmith::algorithms::xgboost
