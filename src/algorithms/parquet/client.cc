// SPDX-License-Identifier: Apache-2.0
#include "algorithms/parquet/client.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <utility>

namespace tunesmith::algorithms::parquet {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxText = 4096;

std::string find_program() {
  std::error_code ec;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ec);
  auto beside = self.parent_path() / "tunesmith-parquet";
  if (std::filesystem::exists(beside, ec)) return beside.string();
  return TUNESMITH_PARQUET_DEFAULT_PROGRAM;
}

Result<FileDescriptor> make_file(const char* name) {
  FileDescriptor file(static_cast<int>(syscall(SYS_memfd_create, name, MFD_CLOEXEC)));
  if (!file) return Error::from_errno(errno, "making a file in memory");
  return file;
}

Result<pid_t> start(const std::string& program, std::string command, int input, int output,
                    int errors) {
  std::string name = program;
  const std::array<char*, 3> argv = {name.data(), command.data(), nullptr};
  // Arrow's default allocator reserves more address space than the program will have.
  std::string pool = "ARROW_DEFAULT_MEMORY_POOL=system";
  std::string locale = "LC_ALL=C.UTF-8";
  const std::array<char*, 3> envp = {pool.data(), locale.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  pid_t pid = 0;
  const int failed =
      posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return Error::from_errno(failed, "starting " + program);
  return pid;
}

std::string text_of(int file) {
  std::string text(kMaxText, '\0');
  const auto size = pread(file, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Result<void> run(const std::string& command, const std::string& document, int output) {
  TUNESMITH_TRY(const auto input, make_file("parquet-request"));
  TUNESMITH_TRY_VOID(write_all(input.get(), document));
  if (lseek(input.get(), 0, SEEK_SET) != 0) return Error::from_errno(errno, "rewinding a request");
  TUNESMITH_TRY(const auto errors, make_file("parquet-errors"));
  TUNESMITH_TRY(const auto pid, start(find_program(), command, input.get(), output, errors.get()));
  int status = 0;
  pid_t ended = 0;
  do {
    ended = waitpid(pid, &status, 0);
  } while (ended < 0 && errno == EINTR);
  if (ended < 0) return Error::from_errno(errno, "waiting for tunesmith-parquet");
  if (WIFSIGNALED(status)) {
    // What it read made it crash, or run for longer than anything good would.
    return Error{ErrorKind::kInvalid,
                 fmt::format("The data cannot be read: the program that reads it was ended by "
                             "signal {}.",
                             WTERMSIG(status))};
  }
  switch (WEXITSTATUS(status)) {
    case kDone:
      return {};
    case kInvalidData:
      return Error{ErrorKind::kInvalid, text_of(errors.get())};
    case kTooLarge:
      return Error{ErrorKind::kLimitExceeded, text_of(errors.get())};
    default:
      return Error{ErrorKind::kInternal, "tunesmith-parquet: " + text_of(errors.get())};
  }
}

}  // namespace

Result<FileDescriptor> convert(const std::vector<InputFile>& files, std::uint64_t max_bytes) {
  json::array list;
  for (const auto& file : files) list.push_back({{"name", file.name}, {"path", file.path}});
  TUNESMITH_TRY(auto table, make_file("parquet-table"));
  TUNESMITH_TRY_VOID(run(
      "read", json::serialize(json::object{{"max_bytes", max_bytes}, {"files", std::move(list)}}),
      table.get()));
  return table;
}

Result<std::string> write(const std::string& document) {
  TUNESMITH_TRY(const auto file, make_file("parquet-file"));
  TUNESMITH_TRY_VOID(run("write", document, file.get()));
  return read_file(fmt::format("/proc/self/fd/{}", file.get()));
}

FloatTable::FloatTable(FloatTable&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      size_(other.size_),
      cells_(other.cells_),
      rows_(other.rows_),
      columns_(other.columns_) {}

FloatTable::~FloatTable() {
  if (memory_ != nullptr) munmap(memory_, size_);
}

Result<FloatTable> FloatTable::map(int file) {
  const Error none{ErrorKind::kInternal, "there is no converted table"};
  struct stat st{};
  if (fstat(file, &st) != 0) return Error::from_errno(errno, "examining a converted table");
  const auto size = static_cast<std::size_t>(st.st_size);
  if (size < sizeof(TableHeader)) return none;
  FloatTable table;
  void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (memory == MAP_FAILED) return Error::from_errno(errno, "mapping a converted table");
  table.memory_ = memory;
  table.size_ = size;
  const auto& header = *static_cast<const TableHeader*>(memory);
  const auto cells = (size - sizeof(TableHeader)) / sizeof(float);
  if (header.magic != TableHeader::kMagic || header.columns == 0 || header.columns > cells + 1 ||
      header.rows > cells / header.columns) {
    return none;
  }
  table.cells_ = reinterpret_cast<const float*>(&header + 1);
  table.rows_ = header.rows;
  table.columns_ = header.columns;
  return table;
}

}  // namespace tunesmith::algorithms::parquet
