// SPDX-License-Identifier: Apache-2.0
//
// tunesmith-runner JOB_FOLDER [--lock-fd=N]: runs the training job described in
// JOB_FOLDER/spec.json. Started by the server's launcher; can be started by hand or by a batch
// system as well. Exit status: 0 the job's end is known to the server, or another attempt has taken
// over; 1 not known yet (the outcome, if any, is in the folder); 2 wrong use; 3 another runner
// holds the folder.
#include "base/strings.h"
#include "runner/diagnostics.h"
#include "runner/runner.h"
#include "training/job_folder.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <exception>
#include <string_view>

int main(int argc, char** argv) {
  using tunesmith::FileDescriptor;
  using tunesmith::runner::note;
  using tunesmith::runner::RunEnd;

  // Before anything else: from the moment that the lock file names this process, it can be
  // signalled.
  sigset_t stop;
  sigemptyset(&stop);
  for (const int number : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&stop, number);
  sigprocmask(SIG_BLOCK, &stop, nullptr);
  // When memory runs out, a job is to go before the server does; what is started here inherits it.
  if (const FileDescriptor score(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)); score) {
    static_cast<void>(::write(score.get(), "500", 3));
  }
  signal(SIGPIPE, SIG_IGN);
  // Its threads hardly ever meet in the allocator; an arena for each would cost more than that.
  mallopt(M_ARENA_MAX, 1);
  FileDescriptor signals(::signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK));

  constexpr std::string_view kLockOption = "--lock-fd=";
  const std::string_view option = argc == 3 ? argv[2] : "";
  int given = -1;
  if (option.starts_with(kLockOption)) {
    given = static_cast<int>(tunesmith::parse_int(option.substr(kLockOption.size())).value_or(-1));
  }
  if (argc < 2 || argc > 3 || argv[1][0] != '/' || (argc == 3 && given < 0)) {
    note("usage: tunesmith-runner /absolute/job/folder [--lock-fd=N]");
    return 2;
  }
  const tunesmith::training::JobFolder folder{argv[1]};
  FileDescriptor lock;
  if (given >= 0 && adopt_lock(folder, given)) {
    lock = FileDescriptor(given);
    ::fcntl(lock.get(), F_SETFD, FD_CLOEXEC);
  } else {
    auto taken = take_lock(folder);
    if (!taken) {
      note(taken.error().message);
      return taken.error().kind == tunesmith::ErrorKind::kConflict ? 3 : 1;
    }
    lock = std::move(*taken);
  }
  try {
    switch (tunesmith::runner::run_job(folder, std::move(lock), std::move(signals))) {
      case RunEnd::kAcknowledged:
        return 0;
      case RunEnd::kFenced:
        note("fenced off by another attempt");
        return 0;
      case RunEnd::kLeft:
        return 1;
      case RunEnd::kBroken:
        return 1;
    }
  } catch (const std::exception& exception) {  // out of memory or of threads
    note(exception.what());
  }
  return 1;
}
