// SPDX-License-Identifier: Apache-2.0
//
// The embedded database: SQLite in WAL mode with synchronous=FULL. One writer thread executes
// queued closures, many to a commit, so that one fsync serves all that wait (group commit); a write
// returns when its commit is durable. Reads run on the caller's thread on pooled snapshot
// connections and never wait for the writer. Thread safe. SQL is written only in this folder.
#pragma once

#include "base/histogram.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tunesmith::store {

/// A prepared statement on loan from its connection's cache; given back (reset) when destroyed.
/// Errors of bind() are kept and come out of step(). Column indices start at 0, parameters at 1.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);
  Statement& bind(int parameter, const std::optional<std::int64_t>& value);
  Statement& bind(int parameter, const std::optional<double>& value);

  /// True when a row is there to read, false at the end. kAlreadyExists for a violated unique
  /// constraint.
  Result<bool> step();
  /// Runs to the end, for statements without rows.
  Result<void> run();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  // also for blobs
  std::optional<std::int64_t> optional_integer(int column) const;
  std::optional<double> optional_real(int column) const;

 private:
  friend class Connection;
  Statement(sqlite3* database, sqlite3_stmt* statement, int prepare_error, bool cached)
      : database_(database), statement_(statement), error_(prepare_error), cached_(cached) {}
  sqlite3* database_;
  sqlite3_stmt* statement_;
  int error_;
  bool cached_;
};

/// One SQLite connection with a cache of prepared statements. Used by one thread at a time.
class Connection {
 public:
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Statement prepare(std::string_view sql);
  /// Several statements without results: schema changes.
  Result<void> execute(const std::string& script);
  /// Rows changed by the last statement.
  std::int64_t changes() const;
  std::int64_t last_insert_id() const;
  /// False when there is none, or when SQLite has undone it by itself (disk full, I/O error).
  bool in_transaction() const;

 private:
  friend class Database;
  struct State;
  Connection();
  static Result<std::unique_ptr<Connection>> open(const std::string& path, bool writable);
  std::unique_ptr<State> state_;
};

class Database {
 public:
  /// Opens or creates the file and brings its schema up to date; ":memory:" makes a private one for
  /// tests.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path);
  /// For a look beside a server that may be using the file, or at a backup: creates and migrates
  /// nothing, and refuses writes. kNotFound; kConflict when its schema is not the newest.
  static Result<std::unique_ptr<Database>> open_read_only(const std::filesystem::path& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  using Closure = std::function<Result<void>(Connection&)>;
  /// Runs `closure` in a transaction on the writer thread and returns after its commit is durable.
  /// When the closure fails, nothing of it is kept and its error is returned. Must not be called
  /// from a closure.
  Result<void> write(Closure closure);
  /// Runs `closure` on a consistent snapshot, when one of sixteen readers is free. Must not be
  /// called from a closure.
  Result<void> read(const Closure& closure) const;

  /// How long commits took, with their fsync; each serves many writes.
  const Histogram& commits() const;
  /// Whether writes go through: costs nothing while the last commit did, else tries one.
  Result<void> check_writable();

 private:
  struct State;
  Database();
  std::unique_ptr<State> state_;
};

}  // namespace tunesmith::store
