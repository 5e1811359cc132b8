// The log on disk: one SQLite file, "state.db", that any SQLite tool opens when the server is stopped.
//
// A group of batches is one SQLite transaction in WAL mode with synchronous=FULL: on disk when `append` returns.
// Layout and reasons: docs/formats/store.md. Measured choices: reference/limits.md §4.1 (rowid table with a unique text
// key). One thread at a time; blocks for the disk. Every failure is an Error with a sentence, never a crash.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/log/log.h"

struct sqlite3;

namespace roadstead {

/// Turns the file of version `from` into one of version `from + 1`; run inside the transaction that does so.
struct LogMigration {
  int from = 0;
  std::string sql;
};

class SqliteLog final : public Log {
 public:
  /// What this program writes. A newer file is refused, an older one is migrated.
  static constexpr int current_version = 1;

  struct Options {
    int version = current_version;
    std::vector<LogMigration> migrations = {};
    /// The most pages that the file may have; 0: as many as the disk has room for.
    int max_pages = 0;
    /// How many pages the WAL may have before the writer moves them into the file even when it is busy.
    int busy_checkpoint_pages = 16'384;
    /// How many it needs to have before `trim` does so.
    int idle_checkpoint_pages = 512;
  };

  /// Opens or makes `directory`/state.db. The directory must be held (StateDirectory).
  /// Errors: StateTooNew, StateUnreadable, StateNotWritable.
  static Result<std::unique_ptr<SqliteLog>> open(const std::string& directory, Options options);

  static Result<std::unique_ptr<SqliteLog>> open(const std::string& directory) { return open(directory, Options{}); }

  ~SqliteLog() override;
  SqliteLog(const SqliteLog&) = delete;
  SqliteLog& operator=(const SqliteLog&) = delete;

  Status append(std::span<const LoggedBatch> batches) override;
  Result<std::uint64_t> replay(std::uint64_t from, const RowSink& sink) override;
  Status snapshot(const LogView& view) override;
  Status trim(std::uint64_t to) override;

  /// Writes a consistent copy of the state to `file`, which must not exist: a backup while the server runs.
  Status copy_to(const std::string& file);

 private:
  struct Statements;

  SqliteLog(sqlite3* database, std::string path, Options options);

  Status prepare_file();
  Status check_version();
  Status migrate(int from);
  Status prepare_statements();
  Status run(const char* sql);
  Result<std::int64_t> number(const char* sql);
  Status in_transaction(const std::function<Status()>& work);
  Status write_row(std::string_view table, std::string_view key, std::string_view document, std::uint64_t seq);
  Status erase_row(std::string_view table, std::string_view key);
  Status write_meta(std::uint64_t seq, std::int64_t row_count);
  Error problem(bool writing) const;

  sqlite3* database_;
  std::string path_;
  Options options_;
  std::unique_ptr<Statements> statements_;
  std::uint64_t seq_ = 0;
  std::int64_t row_count_ = 0;
  int wal_pages_ = 0;
};

}  // namespace roadstead
