// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/database.h"

#include "base/failure_point.h"
#include "base/log.h"
#include "base/strings.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/part_finder.h"

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace tunesmith::store {
namespace {

Error sqlite_error(sqlite3* database, int code, std::string_view what) {
  ErrorKind kind = ErrorKind::kInternal;
  const int extended = database != nullptr ? sqlite3_extended_errcode(database) : code;
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      kind = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY
                 ? ErrorKind::kAlreadyExists
                 : ErrorKind::kInvalid;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      kind = ErrorKind::kUnavailable;
      break;
    case SQLITE_READONLY:
      kind = ErrorKind::kUnavailable;
      break;
    case SQLITE_FULL:
      kind = ErrorKind::kLimitExceeded;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      kind = ErrorKind::kCorrupt;
      break;
    default:
      break;
  }
  std::string text(what);
  text += ": ";
  text += database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  return {kind, std::move(text)};
}

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

std::string_view text_of(sqlite3_value* value) {
  // As a blob, for sqlite3_value_text copies it.
  return {static_cast<const char*>(sqlite3_value_blob(value)),
          static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

/// icontains(text, part) for queries: LIKE and instr() over lower() take two to four times as long
/// over the names of many jobs. The finder is made once a statement.
void icontains_of_texts(sqlite3_context* context, int /*arguments*/, sqlite3_value** values) {
  const auto* known = static_cast<const PartFinder*>(sqlite3_get_auxdata(context, 1));
  if (known != nullptr) return sqlite3_result_int(context, known->in(text_of(values[0])) ? 1 : 0);
  auto finder = std::make_unique<PartFinder>(text_of(values[1]));
  sqlite3_result_int(context, finder->in(text_of(values[0])) ? 1 : 0);
  sqlite3_set_auxdata(context, 1, finder.release(),
                      [](void* made) { delete static_cast<PartFinder*>(made); });
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      error_(other.error_),
      cached_(other.cached_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (cached_) {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  } else {
    sqlite3_finalize(statement_);
  }
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  if (error_ == SQLITE_OK) error_ = sqlite3_bind_int64(statement_, parameter, value);
  return *this;
}
Statement& Statement::bind(int parameter, double value) {
  if (error_ == SQLITE_OK) error_ = sqlite3_bind_double(statement_, parameter, value);
  return *this;
}
Statement& Statement::bind(int parameter, std::string_view text) {
  if (error_ == SQLITE_OK) {
    error_ = sqlite3_bind_text64(statement_, parameter, text.data() != nullptr ? text.data() : "",
                                 text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return *this;
}
Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  if (error_ == SQLITE_OK) {
    error_ = sqlite3_bind_blob64(statement_, parameter, bytes.data() != nullptr ? bytes.data() : "",
                                 bytes.size(), SQLITE_TRANSIENT);
  }
  return *this;
}
Statement& Statement::bind_null(int parameter) {
  if (error_ == SQLITE_OK) error_ = sqlite3_bind_null(statement_, parameter);
  return *this;
}
Statement& Statement::bind(int parameter, const std::optional<std::int64_t>& value) {
  return value ? bind(parameter, *value) : bind_null(parameter);
}
Statement& Statement::bind(int parameter, const std::optional<double>& value) {
  return value ? bind(parameter, *value) : bind_null(parameter);
}

Result<bool> Statement::step() {
  if (error_ != SQLITE_OK) return sqlite_error(database_, error_, "prepare or bind");
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_error(database_, code, "execute");
}

Result<void> Statement::run() {
  for (;;) {
    TUNESMITH_TRY(const bool row, step());
    if (!row) return {};
  }
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
std::string Statement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}
std::optional<std::int64_t> Statement::optional_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}
std::optional<double> Statement::optional_real(int column) const {
  return is_null(column) ? std::nullopt : std::optional(real(column));
}

struct Connection::State {
  sqlite3* database = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*, StringHash, std::equal_to<>> cache;
};

Connection::Connection() : state_(std::make_unique<State>()) {}
Connection::~Connection() {
  for (auto& [sql, statement] : state_->cache) sqlite3_finalize(statement);
  sqlite3_close(state_->database);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, bool writable) {
  std::unique_ptr<Connection> connection(new Connection());
  const int flags =
      (writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE) |
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
  sqlite3*& database = connection->state_->database;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  if (code != SQLITE_OK) return sqlite_error(database, code, "open database " + path);
  sqlite3_busy_timeout(database, 10000);
  const int added = sqlite3_create_function(database, "icontains", 2,
                                            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                            nullptr, icontains_of_texts, nullptr, nullptr);
  if (added != SQLITE_OK) return sqlite_error(database, added, "add a function to " + path);
  // A reader's 12 MB hold the index of 100,000 jobs, which a list by a part of the name goes
  // through.
  TUNESMITH_TRY_VOID(connection->execute(
      writable ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                 "PRAGMA wal_autocheckpoint=4000;"
               : "PRAGMA query_only=ON; PRAGMA cache_size=-12000;"));
  return connection;
}

Statement Connection::prepare(std::string_view sql) {
  const auto found = state_->cache.find(sql);
  if (found != state_->cache.end()) {
    // A statement that is in use further up the stack gets an uncached twin.
    if (sqlite3_stmt_busy(found->second) == 0) {
      return {state_->database, found->second, SQLITE_OK, true};
    }
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(state_->database, sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  const bool cache =
      code == SQLITE_OK && found == state_->cache.end() && state_->cache.size() < 256;
  if (cache) state_->cache.emplace(sql, statement);
  return {state_->database, statement, code, cache};
}

Result<void> Connection::execute(const std::string& script) {
  const int code = sqlite3_exec(state_->database, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(state_->database, code, "execute script");
  return {};
}

std::int64_t Connection::changes() const { return sqlite3_changes64(state_->database); }
std::int64_t Connection::last_insert_id() const {
  return sqlite3_last_insert_rowid(state_->database);
}
bool Connection::in_transaction() const { return sqlite3_get_autocommit(state_->database) == 0; }

struct Database::State {
  struct Write {
    Closure closure;
    std::promise<Result<void>> done;
  };

  std::string path;
  std::unique_ptr<Connection> writer;  // used by the writer thread only

  std::mutex queue_mutex;
  std::condition_variable queue_changed;
  std::deque<Write> queue;  // guarded by queue_mutex
  bool closing = false;     // guarded by queue_mutex

  std::mutex readers_mutex;
  std::condition_variable reader_returned;
  std::vector<std::unique_ptr<Connection>> idle_readers;  // guarded by readers_mutex
  std::size_t open_readers = 0;                           // guarded by readers_mutex

  Histogram commits;
  std::atomic<bool> last_commit_failed = false;

  std::thread thread;

  void writer_loop();
  void commit_batch(std::deque<Write>& batch);
  Result<void> run_one(const Closure& closure);
  Result<std::unique_ptr<Connection>> borrow_reader();
  /// One that is null, or has a transaction that did not end, is not kept.
  void give_back(std::unique_ptr<Connection> reader);
};

// Each has a cache of its own. None is closed while others are open: SQLite would keep its file
// descriptor until they all are.
Result<std::unique_ptr<Connection>> Database::State::borrow_reader() {
  constexpr std::size_t kMaxReaders = 16;
  {
    std::unique_lock lock(readers_mutex);
    reader_returned.wait(lock, [&] { return !idle_readers.empty() || open_readers < kMaxReaders; });
    if (!idle_readers.empty()) {
      auto reader = std::move(idle_readers.back());
      idle_readers.pop_back();
      return reader;
    }
    ++open_readers;
  }
  auto opened = Connection::open(path, false);
  if (!opened) give_back(nullptr);
  return opened;
}

void Database::State::give_back(std::unique_ptr<Connection> reader) {
  if (reader && reader->in_transaction()) reader.reset();
  {
    const std::lock_guard lock(readers_mutex);
    if (reader) {
      idle_readers.push_back(std::move(reader));
    } else {
      --open_readers;
    }
  }
  reader_returned.notify_one();
}

// Runs one write of a batch so that, when it fails, its neighbours keep what they did.
Result<void> Database::State::run_one(const Closure& closure) {
  TUNESMITH_TRY_VOID(writer->prepare("SAVEPOINT one").run());
  Result<void> result;
  try {
    result = closure(*writer);
  } catch (const std::exception& e) {
    result = Error(ErrorKind::kInternal, std::string("write closure threw: ") + e.what());
  }
  if (!writer->in_transaction()) return result;
  if (!result) {
    const auto undone = writer->prepare("ROLLBACK TO one").run();
    if (!undone) log::error("store: {}", undone.error().message);
  }
  const auto released = writer->prepare("RELEASE one").run();
  if (!released && result) return released.error();
  return result;
}

void Database::State::commit_batch(std::deque<Write>& batch) {
  std::vector<Result<void>> results;
  results.reserve(batch.size());
  auto committed = writer->execute("BEGIN IMMEDIATE");
  if (committed) {
    for (auto& write : batch) {
      results.push_back(run_one(write.closure));
      failure_point::reach("store.written");
      if (writer->in_transaction()) continue;
      // A full disk or an I/O error: SQLite has undone the neighbours' writes too, and whatever
      // still came would commit by itself. Nothing of the batch is kept.
      committed = results.back()
                      ? Error(ErrorKind::kUnavailable, "store: the transaction was undone")
                      : results.back().error();
      break;
    }
    if (committed) {
      const auto begun = std::chrono::steady_clock::now();
      committed = writer->execute("COMMIT");
      if (committed) commits.observe(std::chrono::steady_clock::now() - begun);
    }
    if (!committed && writer->in_transaction()) {
      const auto undone = writer->execute("ROLLBACK");
      if (!undone) log::warning("store: {}", undone.error().message);
    }
  }
  if (!committed && !last_commit_failed) {
    log::error("store: commit failed: {}", committed.error().message);
  }
  last_commit_failed = !committed;
  failure_point::reach("store.committed");
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].done.set_value(committed ? std::move(results[i]) : Result<void>(committed.error()));
  }
}

void Database::State::writer_loop() {
  constexpr std::size_t kMaxBatch = 256;
  for (;;) {
    std::deque<Write> batch;
    {
      std::unique_lock lock(queue_mutex);
      queue_changed.wait(lock, [&] { return closing || !queue.empty(); });
      if (queue.empty()) return;
      if (queue.size() <= kMaxBatch) {
        batch.swap(queue);
      } else {
        for (std::size_t i = 0; i < kMaxBatch; ++i) {
          batch.push_back(std::move(queue.front()));
          queue.pop_front();
        }
      }
    }
    commit_batch(batch);
  }
}

Database::Database() : state_(std::make_unique<State>()) {}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path) {
  std::unique_ptr<Database> database(new Database());
  State& state = *database->state_;
  // A named shared-cache memory database, so that readers see what the writer wrote.
  static std::atomic<int> memory_counter = 0;
  state.path = path == ":memory:" ? "file:tunesmith-" + std::to_string(++memory_counter) +
                                        "?mode=memory&cache=shared"
                                  : path.string();
  TUNESMITH_TRY(state.writer, Connection::open(state.path, true));
  TUNESMITH_TRY_VOID(migrate(*state.writer));
  state.thread = std::thread([&state] { state.writer_loop(); });
  return database;
}

Result<std::unique_ptr<Database>> Database::open_read_only(const std::filesystem::path& path) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) {
    return Error(ErrorKind::kNotFound, "there is no database " + path.string());
  }
  std::unique_ptr<Database> database(new Database());
  database->state_->path = path.string();
  database->state_->closing = true;  // for writes
  std::int64_t version = 0;
  TUNESMITH_TRY_VOID(database->read([&](Connection& connection) -> Result<void> {
    auto query = connection.prepare("PRAGMA user_version");
    TUNESMITH_TRY(const bool row, query.step());
    if (row) version = query.integer(0);
    return {};
  }));
  const auto newest = static_cast<std::int64_t>(schema_steps().size());
  if (version != newest) {
    return Error(ErrorKind::kConflict,
                 path.string() + " has schema version " + std::to_string(version) +
                     ", this program works with " + std::to_string(newest) +
                     (version < newest ? ": start the server on it once" : ""));
  }
  return database;
}

Database::~Database() {
  {
    const std::lock_guard lock(state_->queue_mutex);
    state_->closing = true;
  }
  state_->queue_changed.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
}

Result<void> Database::write(Closure closure) {
  std::future<Result<void>> done;
  {
    const std::lock_guard lock(state_->queue_mutex);
    if (state_->closing) return Error(ErrorKind::kUnavailable, "store: shutting down");
    state_->queue.push_back({std::move(closure), {}});
    done = state_->queue.back().done.get_future();
  }
  state_->queue_changed.notify_one();
  return done.get();
}

const Histogram& Database::commits() const { return state_->commits; }

Result<void> Database::check_writable() {
  if (!state_->last_commit_failed) return {};
  return write([](Connection& connection) -> Result<void> {
    std::int64_t version = 0;
    {
      auto query = connection.prepare("PRAGMA user_version");
      TUNESMITH_TRY(const bool row, query.step());
      if (row) version = query.integer(0);
    }
    return connection.execute("PRAGMA user_version = " + std::to_string(version));
  });
}

Result<void> Database::read(const Closure& closure) const {
  TUNESMITH_TRY(auto borrowed, state_->borrow_reader());
  // Closures may throw.
  const auto give_back = [this](Connection* reader) {
    state_->give_back(std::unique_ptr<Connection>(reader));
  };
  const std::unique_ptr<Connection, decltype(give_back)> reader(borrowed.release(), give_back);
  TUNESMITH_TRY_VOID(reader->prepare("BEGIN").run());
  Result<void> result = closure(*reader);
  TUNESMITH_TRY_VOID(reader->prepare("COMMIT").run());
  return result;
}

}  // namespace tunesmith::store
