// SPDX-License-Identifier: Apache-2.0
//
// An algorithm that means harm, for hostile_test.cc: its first argument says how. It never lasts
// longer than two minutes, whatever becomes of the test.
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

void report(const char* what, bool done) {
  std::printf("%s=%s\n", what, done ? "DONE" : "refused");
  std::fflush(stdout);
}

bool can_read(const std::string& path) { return std::ifstream(path).get() != EOF; }

/// Takes memory and uses it, until `bytes` or for ever.
void allocate(std::size_t bytes) {
  std::vector<std::string> kept;
  for (std::size_t taken = 0; taken < bytes; taken += 1U << 20U) kept.emplace_back(1U << 20U, 'x');
  if (bytes != SIZE_MAX) pause();
}

int spy(int argc, char** argv) {
  if (argc < 4) return 9;
  const std::string server_folder = argv[2];
  const pid_t server = std::atoi(argv[3]);
  report("secret", can_read(server_folder + "/secret"));
  report("secret by a relative path", can_read("../../../secret"));
  report("other job", can_read(server_folder + "/jobs/2/ml/model"));
  report("own specification", can_read(server_folder + "/jobs/1/spec.json"));
  report("kill", kill(server, 0) == 0);
  report("ptrace", ptrace(PTRACE_ATTACH, server, nullptr, nullptr) == 0);
  report("memory", open(("/proc/" + std::string(argv[3]) + "/mem").c_str(), O_RDWR) >= 0);
  report("write outside", open((server_folder + "/../written-by-an-algorithm").c_str(),
                               O_WRONLY | O_CREAT, 0600) >= 0);
  report("name space", unshare(CLONE_NEWUSER) == 0);
  report("kernel's keys", syscall(SYS_add_key, "user", "k", "v", 1, -3) >= 0);
  report("remount", mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0);
  const int network = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<unsigned short>(argc > 4 ? std::atoi(argv[4]) : 0));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  report("network",
         connect(network, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  std::ofstream("model/inside") << "x";
  report("own folder", can_read("model/inside"));
  return 0;
}

int run(const std::string& mode, int argc, char** argv) {
  if (mode == "spy") return spy(argc, argv);
  if (mode == "fork-bomb") {
    // Far beyond what is allowed it stops, lest a wall that is missing costs the machine.
    void* shared = mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto* const made = new (shared) std::atomic<int>(0);
    while (*made < 4000) {
      const pid_t pid = fork();
      if (pid >= 0) ++*made;
      if (pid == 0) alarm(120);
    }
    for (;;) pause();
  }
  if (mode == "escape") {
    for (int i = 0; i < 20; ++i) {
      if (fork() != 0) continue;
      setsid();
      if (fork() != 0) _exit(0);
      for (;;) pause();
    }
    std::printf("left\n");
    return 0;
  }
  if (mode == "allocate") allocate(SIZE_MAX);
  if (mode == "allocate-together") {
    for (int i = 0; i < 4; ++i) {
      if (fork() == 0) allocate(std::size_t{60} << 20U);
    }
    for (;;) pause();
  }
  if (mode == "flood") {
    const std::string text(std::size_t{1} << 20U, 'y');
    std::string lines = text;
    for (std::size_t i = 999; i < lines.size(); i += 1000) lines[i] = '\n';
    for (int i = 0; i < std::atoi(argv[2]); ++i) std::fwrite(lines.data(), 1, lines.size(), stdout);
    std::printf("loss=7\n");
    return 0;
  }
  if (mode == "many-files" || mode == "one-file") {
    const std::string text(std::size_t{1} << 20U, 'z');
    for (int i = 0;; ++i) {
      const std::string name = mode == "one-file" ? "model/one" : "model/" + std::to_string(i);
      std::ofstream(name, std::ios::app) << text;
    }
  }
  if (mode == "own-user") {
    rlimit processes{};
    getrlimit(RLIMIT_NPROC, &processes);
    std::printf("user=%u\nprocesses=%llu\n", getuid(),
                static_cast<unsigned long long>(processes.rlim_cur));
    report("a file that is its owner's alone", can_read(argv[2]));
    report("root again", setuid(0) == 0);
    std::ofstream("model/inside") << "x";
    report("own folder", can_read("model/inside"));
    report("times of its folder", utimensat(AT_FDCWD, "model", nullptr, 0) == 0);
    return 0;
  }
  if (mode == "links") {
    fs::create_symlink(argv[2], "model/absolute");
    fs::create_symlink("../../../../secret", "model/relative");
    fs::create_directory_symlink("/", "model/root");
    fs::create_symlink("loop", "model/loop");
    return 0;
  }
  return 9;
}

}  // namespace

int main(int argc, char** argv) {
  alarm(120);
  return run(argc > 1 ? argv[1] : "", argc, argv);
}
