// SPDX-License-Identifier: Apache-2.0
#include "algorithms/confinement/confinement.h"

#include "algorithms/xgboost/trainer/test_data.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

namespace tunesmith::algorithms {
namespace {

using xgboost::JobFolder;

// Runs `attempt` confined to `folder` in a child; its return value is the child's exit status.
int confined(const JobFolder& folder, const std::function<int()>& attempt,
             std::string* missing = nullptr, Network network = Network::kNone) {
  // In a child of its own: preparing may leave the network namespace.
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    const auto confinement = Confinement::prepare(network);
    if (!confinement) _exit(98);
    (void)!write(ends[1], confinement->missing().data(), confinement->missing().size());
    if (!confinement->enter(folder.root(), {}, {})) _exit(99);
    _exit(attempt());
  }
  close(ends[1]);
  char text[200];
  const auto size = read(ends[0], text, sizeof text);
  if (missing != nullptr && size > 0) missing->assign(text, static_cast<std::size_t>(size));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

int refused(long result) { return result == -1 && errno == EPERM ? 0 : 1; }

TEST(Confinement, DeniesProgramsProcessesAndTheNetwork) {
  JobFolder folder;
  std::string missing;
  EXPECT_EQ(confined(folder, [] { return 0; }, &missing), 0);
  if (missing.find("seccomp") != std::string::npos) GTEST_SKIP() << "no seccomp here";
  EXPECT_EQ(confined(folder,
                     [] {
                       char* const arguments[] = {nullptr};
                       return refused(execve("/bin/true", arguments, arguments));
                     }),
            0);
  EXPECT_EQ(confined(folder, [] { return refused(syscall(SYS_fork)); }), 0);
  EXPECT_EQ(confined(folder, [] { return refused(fork()); }), 0);
  EXPECT_EQ(confined(folder, [] { return refused(kill(getppid(), 0)); }), 0);
  EXPECT_EQ(confined(folder, [] { return refused(socket(AF_INET, SOCK_STREAM, 0)); }), 0);
  EXPECT_EQ(confined(folder, [] { return refused(socket(AF_UNIX, SOCK_STREAM, 0)); }), 0);
  EXPECT_EQ(confined(folder, [] { return refused(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }),
            0);
}

TEST(Confinement, LeavesThreadsAndTheJobsFolder) {
  JobFolder folder;
  EXPECT_EQ(confined(folder,
                     [] {
                       int value = 1;
                       std::thread([&] { value = 0; }).join();
                       return value;
                     }),
            0);
  EXPECT_EQ(confined(folder,
                     [] {
                       const int fd = open("written", O_WRONLY | O_CREAT, 0600);
                       return fd >= 0 && rename("written", "renamed") == 0 ? 0 : 1;
                     }),
            0);
  EXPECT_TRUE(folder.exists("renamed"));
}

TEST(Confinement, KeepsToTheJobsFolderWhereTheKernelCan) {
  JobFolder folder;
  std::string missing;
  (void)confined(folder, [] { return 0; }, &missing);
  if (missing.find("landlock") != std::string::npos) GTEST_SKIP() << "no landlock here";
  EXPECT_EQ(
      confined(folder, [] { return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? 0 : 1; }),
      0);
}

TEST(Confinement, AnAbortStillEndsTheProcess) {
  JobFolder folder;
  // By a signal, or by what a sanitizer makes of it.
  EXPECT_NE(confined(folder,
                     [] {
                       abort();
                       return 0;
                     }),
            0);
}

TEST(Confinement, WorkersReachEachOtherOverLoopbackAndNothingElse) {
  JobFolder folder;
  std::string missing;
  EXPECT_EQ(confined(
                folder,
                [] {
                  const int listener = socket(AF_INET, SOCK_STREAM, 0);
                  sockaddr_in address{};
                  address.sin_family = AF_INET;
                  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                  socklen_t size = sizeof address;
                  auto* where = reinterpret_cast<sockaddr*>(&address);
                  if (bind(listener, where, size) != 0 || listen(listener, 1) != 0) return 1;
                  if (getsockname(listener, where, &size) != 0) return 2;
                  const int client = socket(AF_INET, SOCK_STREAM, 0);
                  return connect(client, where, size) == 0 ? 0 : 3;
                },
                &missing, Network::kLoopback),
            0);
  if (missing.find("seccomp") == std::string::npos) {
    const auto unix_socket = [] { return refused(socket(AF_UNIX, SOCK_STREAM, 0)); };
    EXPECT_EQ(confined(folder, unix_socket, nullptr, Network::kLoopback), 0);
    EXPECT_EQ(confined(folder, [] { return refused(fork()); }, nullptr, Network::kLoopback), 0);
  }
  if (missing.find("network namespace") != std::string::npos) GTEST_SKIP() << missing;
  // An address of a documentation network: nothing leads there.
  const auto elsewhere = [] {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(80);
    address.sin_addr.s_addr = htonl(0xC0000201U);
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    const int connected = connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address);
    return connected != 0 && errno == ENETUNREACH ? 0 : 1;
  };
  EXPECT_EQ(confined(folder, elsewhere, nullptr, Network::kLoopback), 0);
}

}  // namespace
}  // namespace tunesmith::algorithms
