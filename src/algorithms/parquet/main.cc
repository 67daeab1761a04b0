// SPDX-License-Identifier: Apache-2.0
//
// tunesmith-parquet: reads and writes Parquet files for the trainer and for `tunesmith export`, in
// a confined process, since it parses what strangers wrote. See usage below; client.h starts it.
#include "algorithms/confinement/confinement.h"
#include "algorithms/parquet/tables.h"
#include "base/files.h"
#include "base/strings.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace {

namespace json = boost::json;
namespace parquet = tunesmith::algorithms::parquet;
using tunesmith::Error;
using tunesmith::ErrorKind;
using tunesmith::Result;

constexpr std::string_view kUsage = R"(Usage: tunesmith-parquet read|write  < REQUEST  > FILE

  read   REQUEST: {"max_bytes":N,"files":[{"name":TEXT,"path":PATH}]}
         Writes the numbers of the Parquet files as a table of floats (table_format.h) to FILE.
  write  REQUEST: {"columns":[{"name":TEXT,"type":TYPE,"values":[...]}]}, TYPE text, integer, boolean,
         double (a number, or exactly as decimal text) or time (milliseconds since 1970, UTC). Writes them as a Parquet file to FILE.

Exit status: 0 success, 1 failure, 2 wrong use, 3 the data is not as it should be, 4 it is too large.
)";

// What decoding needs beside the table itself, which goes out as it is made.
constexpr std::uint64_t kMemory = std::uint64_t{4} << 30U;
// Processor time after which a file is taken for one that is made to keep readers busy.
constexpr rlim_t kSeconds = 1800;

Error bad_request(const std::string& why) {
  return {ErrorKind::kInternal, "the request is not understood: " + why};
}

Result<std::string> read_request() {
  std::string text;
  std::array<char, 65536> part{};
  for (;;) {
    const auto n = read(STDIN_FILENO, part.data(), part.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "reading the request");
    if (n == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(n));
  }
}

Result<void> confine(const std::vector<std::string>& readable) {
  TUNESMITH_TRY(const auto confinement, tunesmith::algorithms::Confinement::prepare());
  const rlimit seconds{kSeconds, kSeconds};
  (void)setrlimit(RLIMIT_CPU, &seconds);
  return confinement.enter("", readable, {.memory_bytes = kMemory});
}

Result<void> run_read(const json::object& request) {
  std::vector<parquet::InputFile> files;
  std::vector<std::string> paths;
  for (const auto& entry : request.at("files").as_array()) {
    const auto& file = entry.as_object();
    files.push_back(
        {std::string(file.at("name").as_string()), std::string(file.at("path").as_string())});
    paths.push_back(files.back().path);
  }
  const auto max_bytes = request.at("max_bytes").to_number<std::uint64_t>();
  TUNESMITH_TRY_VOID(confine(paths));
  return parquet::read_tables(files, max_bytes, STDOUT_FILENO);
}

std::optional<parquet::ColumnType> type_named(std::string_view name) {
  using enum parquet::ColumnType;
  static const std::map<std::string_view, parquet::ColumnType> kTypes = {
      {"text", kText},       {"double", kDouble}, {"integer", kInteger},
      {"boolean", kBoolean}, {"time", kTime},
  };
  const auto found = kTypes.find(name);
  return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

parquet::Cell cell_of(const json::value& value, parquet::ColumnType type) {
  if (value.is_null()) return std::monostate();
  switch (type) {
    case parquet::ColumnType::kText:
      return std::string(value.as_string());
    case parquet::ColumnType::kDouble:
      // Text is exact; of a number Boost.JSON may miss the last digit.
      if (!value.is_string()) return value.to_number<double>();
      if (const auto number = tunesmith::parse_double(std::string_view(value.as_string()))) {
        return *number;
      }
      return std::monostate();
    case parquet::ColumnType::kBoolean:
      return value.as_bool();
    case parquet::ColumnType::kInteger:
    case parquet::ColumnType::kTime:
      return value.to_number<std::int64_t>();
  }
  return std::monostate();
}

Result<void> run_write(const json::object& request) {
  std::vector<parquet::Column> columns;
  for (const auto& entry : request.at("columns").as_array()) {
    const auto& given = entry.as_object();
    const auto type = type_named(given.at("type").as_string());
    if (!type) return bad_request("an unknown type");
    parquet::Column column{std::string(given.at("name").as_string()), *type, {}};
    for (const auto& value : given.at("values").as_array())
      column.cells.push_back(cell_of(value, *type));
    columns.push_back(std::move(column));
  }
  TUNESMITH_TRY_VOID(confine({}));
  TUNESMITH_TRY(const auto bytes, parquet::write_table(columns));
  return tunesmith::write_all(STDOUT_FILENO, bytes);
}

Result<void> run(std::string_view command) {
  // Nobody waits for the result of a request whose maker is gone.
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  TUNESMITH_TRY(const auto text, read_request());
  boost::system::error_code ec;
  const auto request = json::parse(text, ec);
  if (ec || !request.is_object()) return bad_request("it is not a JSON object");
  try {
    const auto& object = request.get_object();
    return command == "read" ? run_read(object) : run_write(object);
  } catch (const std::bad_alloc&) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("reading the data takes more than the {} bytes of "
                             "memory there are for it",
                             kMemory)};
  } catch (const boost::system::system_error& error) {
    return bad_request(error.what());
  } catch (const std::exception& error) {
    return Error{ErrorKind::kInvalid, error.what()};
  }
}

int exit_status(ErrorKind kind) {
  if (kind == ErrorKind::kInvalid) return parquet::kInvalidData;
  return kind == ErrorKind::kLimitExceeded ? parquet::kTooLarge : parquet::kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc == 2 ? argv[1] : "";
  if (command == "--help") {
    fmt::print("{}", kUsage);
    return parquet::kDone;
  }
  if (command != "read" && command != "write") {
    fmt::print(stderr, "tunesmith-parquet: wrong use\n{}", kUsage);
    return parquet::kWrongUse;
  }
  const auto done = run(command);
  if (!done) fmt::print(stderr, "{}\n", done.error().message);
  // At once: what else runs at a program's end (a sanitizer's search for leaks) is denied by now.
  std::fflush(stderr);
  _exit(done ? parquet::kDone : exit_status(done.error().kind));
}
