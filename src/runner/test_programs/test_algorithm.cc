// SPDX-License-Identifier: Apache-2.0
//
// A stand-in for a training algorithm, for runner_test.cc: its first argument says how it behaves.
// Run in the job's ml folder. As "host" it plays the trainer's host, as "train" the trainer alone.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace {

void write_file(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void say(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int train(const std::string& how) {
  for (int round = 0; round < 3; ++round) {
    std::printf("[%d]\ttrain-auc:0.5\tvalidation-auc:0.%d\n", round, 70 + round);
    std::fflush(stdout);
  }
  write_file("model/xgboost-model", "model by " + how);
  return 0;
}

volatile sig_atomic_t terminated = 0;
void on_term(int) { terminated = 1; }

int run(const std::string& mode, int argc, char** argv) {
  if (mode == "normal") return train("process");
  if (mode == "echo") {
    for (const char* name : {"hyperparameters", "inputdataconfig", "resourceconfig", "channels"}) {
      say(read_file("input/config/" + std::string(name) + ".json") + "\n");
    }
    say("data " + read_file("input/data/train/a/b.csv") + "\n");
    say("X=" + std::string(std::getenv("X") != nullptr ? std::getenv("X") : "") + "\n");
    say("HOME=" + std::string(std::getenv("HOME") != nullptr ? "leaked" : "absent") + "\n");
    say("stdin " + std::to_string(std::getchar()) + " fds");
    for (int fd = 0; fd < 256; ++fd) {
      if (fcntl(fd, F_GETFD) >= 0) std::printf(" %d", fd);
    }
    write_file("output/data/extra", "extra");
    say("\nlast line without an end");
    return 0;
  }
  if (mode == "checkpoint") {
    say("found " + read_file("checkpoints/deep/old") + "\n");
    say("config " + read_file("input/config/checkpointconfig.json") + "\n");
    mkdir("checkpoints/new", 0755);
    write_file("checkpoints/new/one", "of this job");
    write_file("checkpoints/half.sagemaker-ignore", "not whole");
    return symlink("/etc/passwd", "checkpoints/link");
  }
  if (mode == "limits") {
    std::ifstream devices("/proc/net/dev");
    int lines = 0;
    for (std::string line; std::getline(devices, line);) ++lines;
    std::printf("interfaces=%d\n", lines - 2);
    void* large = std::malloc(std::size_t{1} << 30U);
    std::printf("large=%s\n", large == nullptr ? "refused" : "given");
    std::free(large);
    return 0;
  }
  if (mode == "fail") {
    write_file("output/failure", "ClientError: the label column is missing");
    return 3;
  }
  if (mode == "silent-fail") return 4;
  if (mode == "binary-failure") {
    write_file("output/failure", std::string("ClientError: '\0\xFF' is not a number", 33));
    return 1;
  }
  if (mode == "long-failure") {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "\xE2\x82\xAC";
    write_file("output/failure", text);
    return 1;
  }
  if (mode == "segv") raise(SIGSEGV);
  if (mode == "hang") {
    signal(SIGTERM, SIG_IGN);
    say("loss=1.5\nready\n");
    for (;;) pause();
  }
  if (mode == "wait") {
    struct sigaction action{};
    action.sa_handler = on_term;
    sigaction(SIGTERM, &action, nullptr);
    say("loss=2.5\nready\n");
    while (terminated == 0) {
      say("loss=2.5\n");
      poll(nullptr, 0, 20);
    }
    write_file("model/xgboost-model", "stopped in time");
    return 0;
  }
  if (mode == "binary") {
    std::string bytes;
    for (int i = 0; i < 200'000; ++i) bytes.push_back(static_cast<char>((i * 7919) >> 3));
    say(bytes + "\n" + std::string(1'000'000, 'x') + "\nloss=3.5\n");
    return 0;
  }
  if (mode == "chatter") {
    for (int i = 0; i < 200'000; ++i) std::printf("line %d loss=%d\n", i, i);
    return 0;
  }
  if (mode == "orphans") {
    // One stays in the group, one leaves it; both hold the output.
    for (int i = 0; i < 2; ++i) {
      if (fork() == 0) {
        if (i == 1) setsid();
        for (;;) pause();
      }
    }
    poll(nullptr, 0, 100);
    return 0;
  }
  if (mode == "train" && argc > 3) {
    if (chdir(argv[3]) != 0) return 9;
    return train("trainer");
  }
  return 9;
}

unsigned long long start_ticks(pid_t pid) {
  const std::string text = read_file("/proc/" + std::to_string(pid) + "/stat");
  std::istringstream rest(text.substr(text.rfind(')') + 2));
  std::string field;
  for (int i = 3; i < 22; ++i) rest >> field;
  unsigned long long ticks = 0;
  rest >> ticks;
  return ticks;
}

/// Serves one connection after another, until idle for a while.
int host(const std::string& socket_path) {
  const int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  unlink(socket_path.c_str());
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;
  listen(listener, 16);
  write_file("hosts-started", read_file("hosts-started") + "x");
  for (pollfd waited{listener, POLLIN, 0}; poll(&waited, 1, 3000) > 0;) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    std::array<char, 4096> text{};
    std::array<int, 2> files{-1, -1};
    std::array<char, CMSG_SPACE(sizeof files)> control{};
    iovec part{text.data(), text.size() - 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(connection, &message, 0) <= 0) {
      close(connection);
      continue;
    }
    if (const cmsghdr* header = CMSG_FIRSTHDR(&message)) {
      std::memcpy(files.data(), CMSG_DATA(header), sizeof files);
    }
    const std::string request(text.data());
    const std::size_t from = request.find("\"root\":\"") + 8;
    const std::string root = request.substr(from, request.find('"', from) - from);
    const std::string settings = read_file(root + "/input/config/hyperparameters.json");
    const auto answer = [&](const std::string& line) {
      static_cast<void>(!write(connection, line.c_str(), line.size()));
    };
    if (settings.find("refuse") != std::string::npos) {
      answer("{\"error\":\"no\"}");
    } else if (settings.find("hang-up") == std::string::npos) {
      const pid_t pid = fork();
      if (pid == 0) {
        dup2(files[0], 1);
        dup2(files[1], 2);
        close(connection);
        close(files[0]);
        close(files[1]);
        if (chdir(root.c_str()) != 0) _exit(9);
        if (settings.find("loop") != std::string::npos) {
          signal(SIGPIPE, SIG_IGN);
          for (;;) {
            say("loss=1.0\n");
            poll(nullptr, 0, 20);
          }
        }
        _exit(train("host"));
      }
      close(files[0]);
      close(files[1]);
      files = {-1, -1};
      answer("{\"started\":1234567,\"pid\":" + std::to_string(pid) + "}");
      answer("{\"pid\":" + std::to_string(pid) +
             ",\"start_ticks\":" + std::to_string(start_ticks(pid)) + "}");
      int status = 0;
      rusage usage{};
      wait4(pid, &status, 0, &usage);
      answer(WIFEXITED(status) ? "{\"exit\":" + std::to_string(WEXITSTATUS(status)) +
                                     ",\"cpu_seconds\":0.25,\"max_rss_kb\":99}"
                               : "{\"signal\":" + std::to_string(WTERMSIG(status)) + "}");
    }
    for (const int fd : {connection, files[0], files[1]}) close(fd);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "host" && argc > 3) return host(argv[3]);
  return run(mode, argc, argv);
}
