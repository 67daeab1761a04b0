// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith doctor`: looks at the machine and the data directory, and says what to do.
#include "app/data_directory.h"
#include "base/files.h"
#include "base/json_text.h"
#include "base/random.h"
#include "cli/commands.h"
#include "cli/console_client.h"
#include "cli/terminal.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

enum class Health { kGood, kMinor, kBad };

struct Finding {
  Health health = Health::kGood;
  std::string what, found;
  std::string remedy{};  // empty when all is well
};

constexpr double kGiB = 1024.0 * 1024 * 1024;

/// The first folder on the way up that is there.
std::filesystem::path existing(std::filesystem::path path) {
  std::error_code ignored;
  path = std::filesystem::absolute(path, ignored);
  while (!std::filesystem::exists(path, ignored) && path.has_parent_path() &&
         path != path.parent_path())
    path = path.parent_path();
  return path;
}

Finding check_folder(const std::filesystem::path& data_dir) {
  const auto folder = existing(data_dir);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return {Health::kBad, "data directory", data_dir.string() + " can't be written",
            "choose another one with --data-dir, or change its owner"};
  }
  struct stat status{};
  if (::stat(data_dir.c_str(), &status) == 0 && status.st_uid != ::geteuid()) {
    return {::geteuid() == 0 ? Health::kMinor : Health::kBad, "data directory",
            fmt::format("{} belongs to user {}, and this is user {}", data_dir.string(),
                        status.st_uid, ::geteuid()),
            "run as its owner, or make it and what is in it yours (chown -R)"};
  }
  return {Health::kGood, "data directory", data_dir.string()};
}

Finding check_space(const std::filesystem::path& data_dir) {
  struct statvfs status{};
  if (::statvfs(existing(data_dir).c_str(), &status) != 0)
    return {Health::kMinor, "disk space", "can't be read", "look with df"};
  const double free =
      static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize) / kGiB;
  const std::string text = fmt::format("{:.1f} GiB free", free);
  if (free < 1)
    return {Health::kBad, "disk space", text, "make room: below 1 GiB jobs will fail soon"};
  if (free < 5) return {Health::kMinor, "disk space", text, "training data and models need room"};
  return {Health::kGood, "disk space", text};
}

/// How long a small write takes until it is safe.
Finding check_sync(const std::filesystem::path& data_dir) {
  const auto file = existing(data_dir) / (".tunesmith-doctor-" + random_hex(6));
  FileDescriptor fd(::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  if (!fd) return {Health::kMinor, "disk", "no file can be made to try it"};
  constexpr int kTimes = 20;
  const auto begin = std::chrono::steady_clock::now();
  bool good = true;
  for (int i = 0; i < kTimes; ++i) {
    good = good && ::pwrite(fd.get(), "tunesmith", 9, 0) == 9 && ::fdatasync(fd.get()) == 0;
  }
  const double ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count() /
      kTimes;
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  if (!good) return {Health::kBad, "disk", "writing fails", "check the disk and its quota"};
  const std::string text = fmt::format("a write is safe after {:.1f} ms", ms);
  if (ms > 30) {
    return {Health::kMinor, "disk", text,
            "put the data directory on a faster disk: each step of a job waits for it"};
  }
  return {Health::kGood, "disk", text};
}

Finding check_memory() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::string unit;
  double kib = 0;
  while (file >> name >> kib >> unit) {
    if (name != "MemAvailable:") continue;
    const double gib = kib / 1024 / 1024;
    const std::string text = fmt::format("{:.1f} GiB available", gib);
    if (gib < 0.5)
      return {Health::kMinor, "memory", text, "end other programs, or run fewer trials at a time"};
    return {Health::kGood, "memory", text};
  }
  return {Health::kMinor, "memory", "can't be read"};
}

Finding check_cores() {
  const unsigned cores = std::thread::hardware_concurrency();
  return {Health::kGood, "processors", fmt::format("{} cores", cores)};
}

Finding check_programs() {
  std::error_code failed;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  for (const char* name : {"tunesmith-runner", "tunesmith-xgboost", "tunesmith-parquet"}) {
    if (::access((folder / name).c_str(), X_OK) != 0) {
      return {Health::kBad, "programs", fmt::format("{} is not in {}", name, folder.string()),
              "build it, or install the whole package: tools/build.sh"};
    }
  }
  return {Health::kGood, "programs", "runner and trainer are beside tunesmith"};
}

Finding check_server(const std::string& data_dir) {
  const auto console = ConsoleClient::connect(data_dir);
  if (console) return {Health::kGood, "server", "runs at " + (*console)->url()};
  if (console.error().kind == ErrorKind::kNotFound)
    return {Health::kMinor, "server", "does not run", "tunesmith serve --data-dir " + data_dir};
  return {Health::kBad, "server", console.error().message,
          "look at its log; restart it with this version of the program"};
}

std::string_view word(Health health) {
  return health == Health::kGood ? "good" : health == Health::kMinor ? "note" : "bad";
}

int run(const std::string& data_dir, bool as_json) {
  const std::vector<Finding> findings = {
      check_folder(data_dir), check_space(data_dir), check_sync(data_dir),  check_cores(),
      check_memory(),         check_programs(),      check_server(data_dir)};
  bool bad = false;
  const Terminal terminal = Terminal::of_stdout();
  json::array list;
  for (const auto& finding : findings) {
    bad = bad || finding.health == Health::kBad;
    if (as_json) {
      list.push_back({{"check", finding.what},
                      {"health", word(finding.health)},
                      {"found", finding.found},
                      {"remedy", finding.remedy}});
      continue;
    }
    const std::string mark = finding.health == Health::kGood    ? terminal.paint("32", "✓")
                             : finding.health == Health::kMinor ? terminal.paint("33", "!")
                                                                : terminal.paint("31", "✗");
    fmt::print("{} {}  {}\n", mark, pad(finding.what, 15), finding.found);
    if (!finding.remedy.empty())
      fmt::print("  {}  {}\n", pad("", 15), terminal.paint("1", finding.remedy));
  }
  if (as_json) fmt::print("{}\n", json_text(list));
  return bad ? 1 : 0;
}

}  // namespace

void add_doctor(CLI::App& program, Action& action) {
  struct Options {
    std::string data_dir;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("doctor", "Check the machine, and say what to do about what is wrong");
  add_data_dir(*command, options->data_dir);
  command->add_flag("--json", options->json, "Print JSON");
  command->callback(
      [options, &action] { action = [options] { return run(options->data_dir, options->json); }; });
}

}  // namespace tunesmith::cli
