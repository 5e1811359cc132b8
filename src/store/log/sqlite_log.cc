#include "store/log/sqlite_log.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "base/text/text.h"
#include "store/log/memory_log.h"
#include "store/log/sqlite_statement.h"

namespace roadstead {

namespace {

constexpr int application_id = 0x52647374;  // "Rdst": lets `file` and us know our own file

constexpr auto create_tables =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE rows(id INTEGER PRIMARY KEY, k TEXT UNIQUE NOT NULL, seq INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " doc TEXT NOT NULL);"
    "INSERT INTO meta VALUES('version', 1), ('seq', 0), ('rows', 0);";

/// FNV-1a, 64 bits: finds flipped bits and torn pages inside a document, which SQLite itself does not look for.
class Checksum {
 public:
  void add(std::string_view bytes) {
    for (char byte : bytes) state_ = (state_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    state_ = (state_ ^ 0xff) * 0x100000001b3;  // no UTF-8 text contains this byte: it separates
  }
  std::int64_t value() const { return static_cast<std::int64_t>(state_); }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325;
};

std::int64_t checksum(std::string_view place, std::uint64_t seq, std::string_view document) {
  Checksum sum;
  sum.add(place);
  sum.add(cat(seq));
  sum.add(document);
  return sum.value();
}

std::string place_of(std::string_view table, std::string_view key) { return cat(table, ':', key); }

int remember_wal_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

struct SqliteLog::Statements {
  SqliteStatement put;
  SqliteStatement erase;
  SqliteStatement meta;
  SqliteStatement read;
};

Result<std::unique_ptr<SqliteLog>> SqliteLog::open(const std::string& directory, Options options) {
  auto path = directory + "/state.db";
  sqlite3* database = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  std::unique_ptr<SqliteLog> log(new SqliteLog(database, path, std::move(options)));
  if (code != SQLITE_OK) return log->problem(true);
  TRY(log->prepare_file());
  TRY(log->check_version());
  TRY(log->prepare_statements());
  return log;
}

SqliteLog::SqliteLog(sqlite3* database, std::string path, Options options)
    : database_(database), path_(std::move(path)), options_(std::move(options)) {}

SqliteLog::~SqliteLog() {
  statements_.reset();
  sqlite3_close(database_);
}

/// What SQLite says happened, in our words. `writing`: whether the state was to be changed.
Error SqliteLog::problem(bool writing) const {
  int code = sqlite3_extended_errcode(database_);
  std::string detail = cat(sqlite3_errmsg(database_), " (SQLite ", code, ")");
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {"StateNotWritable",
              cat("The disk that holds ", path_, " is full, so nothing can be changed. Free some space and try again."),
              detail};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {"StateUnreadable", cat("The state file ", path_, " is damaged. Restore a backup of it."), detail};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"StateInUse", cat("The state file ", path_, " is in use by another program. Stop that one first."),
              detail};
    default:
      if (!writing) return {"StateUnreadable", cat("The state file ", path_, " cannot be read."), detail};
      return {"StateNotWritable",
              cat("The state file ", path_, " cannot be written, so nothing can be changed. Look at the disk and at the "
                  "permissions of its directory."),
              detail};
  }
}

Status SqliteLog::run(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return problem(true);
  return Done{};
}

/// The number in the first column of the first row of a query.
Result<std::int64_t> SqliteLog::number(const char* sql) {
  SqliteStatement statement(database_, sql);
  if (!statement) return problem(false);
  int code = statement.step();
  if (code == SQLITE_ROW) return statement.number(0);
  if (code != SQLITE_DONE) return problem(false);
  return Error{"StateUnreadable", cat("The state file ", path_, " is damaged. Restore a backup of it."), sql};
}

Status SqliteLog::prepare_file() {
  TRY(run("PRAGMA locking_mode=EXCLUSIVE; PRAGMA page_size=8192;"));
  auto id = TRY(number("PRAGMA application_id"));
  auto tables = TRY(number("SELECT count(*) FROM sqlite_schema"));
  if (id != application_id && tables != 0) {
    return Error{"StateUnreadable", cat("The file ", path_, " is not a state file of Roadstead.")};
  }
  auto settings = cat(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768;"
      "PRAGMA cell_size_check=ON; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;",
      options_.max_pages > 0 ? cat("PRAGMA max_page_count=", options_.max_pages, ";") : std::string()
  );
  TRY(run(settings.c_str()));
  sqlite3_wal_hook(database_, remember_wal_pages, &wal_pages_);
  if (tables != 0) return Done{};
  return in_transaction([this]() -> Status {
    auto mark = cat("PRAGMA application_id=", application_id, ";");
    TRY(run(mark.c_str()));
    TRY(run(create_tables));
    auto version = cat("UPDATE meta SET value=", options_.version, " WHERE name='version';");
    return run(version.c_str());
  });
}

Status SqliteLog::check_version() {
  auto found = TRY(number("SELECT value FROM meta WHERE name='version'"));
  if (found > options_.version) {
    return Error{
        "StateTooNew", cat("The state in ", path_, " was written by a newer version of Roadstead (format ", found,
                           ", this one knows ", options_.version, "). Run the newer version.")
    };
  }
  while (found < options_.version) {
    TRY(migrate(static_cast<int>(found)));
    ++found;
  }
  seq_ = static_cast<std::uint64_t>(TRY(number("SELECT value FROM meta WHERE name='seq'")));
  row_count_ = TRY(number("SELECT value FROM meta WHERE name='rows'"));
  return Done{};
}

Status SqliteLog::migrate(int from) {
  auto migration = std::ranges::find(options_.migrations, from, &LogMigration::from);
  if (migration == options_.migrations.end()) {
    return Error{"StateUnreadable", cat("The state in ", path_, " has the old format ", from,
                                        ", which this version of Roadstead cannot bring up to date.")};
  }
  return in_transaction([&]() -> Status {
    TRY(run(migration->sql.c_str()));
    auto version = cat("UPDATE meta SET value=", from + 1, " WHERE name='version';");
    return run(version.c_str());
  });
}

Status SqliteLog::prepare_statements() {
  statements_ = std::make_unique<Statements>();
  statements_->put = {
      database_, "INSERT INTO rows(k, seq, sum, doc) VALUES(?1, ?2, ?3, ?4)"
                 " ON CONFLICT(k) DO UPDATE SET seq=?2, sum=?3, doc=?4"
  };
  statements_->erase = {database_, "DELETE FROM rows WHERE k=?1"};
  statements_->meta = {database_, "UPDATE meta SET value=?1 WHERE name=?2"};
  statements_->read = {database_, "SELECT k, seq, sum, doc FROM rows WHERE seq > ?1"};
  if (!statements_->put || !statements_->erase || !statements_->meta || !statements_->read) return problem(false);
  return Done{};
}

Status SqliteLog::in_transaction(const std::function<Status()>& work) {
  TRY(run("BEGIN IMMEDIATE"));
  auto outcome = work();
  if (outcome) outcome = run("COMMIT");
  // Some failures end the transaction themselves.
  if (!outcome && sqlite3_get_autocommit(database_) == 0) {
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return outcome;
}

Status SqliteLog::append(std::span<const LoggedBatch> batches) {
  if (batches.empty()) return Done{};
  TRY(check_continues(batches, seq_));
  auto row_count = row_count_;
  auto write = [&]() -> Status {
    // Of several documents of one row in the group only the last is written: hence backwards.
    std::unordered_set<std::string> written;
    bool single = batches.size() == 1;  // a batch names a row once
    for (auto batch = batches.rbegin(); batch != batches.rend(); ++batch) {
      for (const auto& change : batch->changes) {
        if (change.is_new) ++row_count;
        if (!change.document) --row_count;
        if (!single && !written.insert(place_of(change.table, change.key)).second) continue;
        TRY(change.document ? write_row(change.table, change.key, *change.document, batch->seq)
                            : erase_row(change.table, change.key));
      }
    }
    return write_meta(batches.back().seq, row_count);
  };
  TRY(in_transaction(write));
  seq_ = batches.back().seq;
  row_count_ = row_count;
  // A failure here loses nothing: the WAL stays and the next commit tries again.
  if (wal_pages_ >= options_.busy_checkpoint_pages) sqlite3_wal_checkpoint_v2(database_, nullptr, 0, nullptr, nullptr);
  return Done{};
}

Status SqliteLog::write_row(
    std::string_view table, std::string_view key, std::string_view document, std::uint64_t seq
) {
  auto place = place_of(table, key);
  auto& put = statements_->put;
  put.bind(1, place);
  put.bind(2, static_cast<std::int64_t>(seq));
  put.bind(3, checksum(place, seq, document));
  put.bind(4, document);
  return put.run() ? Status(Done{}) : Status(problem(true));
}

Status SqliteLog::erase_row(std::string_view table, std::string_view key) {
  auto place = place_of(table, key);
  statements_->erase.bind(1, place);
  return statements_->erase.run() ? Status(Done{}) : Status(problem(true));
}

Status SqliteLog::write_meta(std::uint64_t seq, std::int64_t row_count) {
  statements_->meta.bind(1, static_cast<std::int64_t>(seq));
  statements_->meta.bind(2, "seq");
  if (!statements_->meta.run()) return problem(true);
  statements_->meta.bind(1, row_count);
  statements_->meta.bind(2, "rows");
  return statements_->meta.run() ? Status(Done{}) : Status(problem(true));
}

Result<std::uint64_t> SqliteLog::replay(std::uint64_t from, const RowSink& sink) {
  auto& read = statements_->read;
  read.bind(1, static_cast<std::int64_t>(from));
  std::int64_t rows = 0;
  Status outcome = Done{};
  int code = SQLITE_DONE;
  while (outcome && (code = read.step()) == SQLITE_ROW) {
    ++rows;
    auto place = read.text(0);
    LoggedRow row{{}, {}, read.text(3), static_cast<std::uint64_t>(read.number(1))};
    auto colon = place.find(':');
    if (colon == place.npos || checksum(place, row.seq, row.document) != read.number(2) || row.seq > seq_) {
      outcome = Error{
          "StateUnreadable",
          cat("The state file ", path_, " is damaged (row number ", rows, "). Restore a backup of it.")
      };
      break;
    }
    row.table = place.substr(0, colon);
    row.key = place.substr(colon + 1);
    outcome = sink(row);
  }
  if (outcome && code != SQLITE_DONE) outcome = problem(false);
  read.reset();
  TRY(outcome);
  if (from == 0 && rows != row_count_) {
    return Error{
        "StateUnreadable", cat("The state file ", path_, " is damaged (", rows, " rows where ", row_count_,
                               " should be). Restore a backup of it.")
    };
  }
  return seq_;
}

Status SqliteLog::snapshot(const LogView& view) {
  std::int64_t row_count = 0;
  auto write_one = [&](const LoggedRow& row) -> Status {
    ++row_count;
    return write_row(row.table, row.key, row.document, row.seq);
  };
  auto write = [&]() -> Status {
    TRY(run("DELETE FROM rows"));
    TRY(view.rows(write_one));
    return write_meta(view.seq, row_count);
  };
  TRY(in_transaction(write));
  seq_ = view.seq;
  row_count_ = row_count;
  return Done{};
}

Status SqliteLog::trim(std::uint64_t) {
  if (wal_pages_ < options_.idle_checkpoint_pages) return Done{};
  if (sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr) != SQLITE_OK) {
    return problem(true);
  }
  wal_pages_ = 0;
  return Done{};
}

Status SqliteLog::copy_to(const std::string& file) {
  if (std::filesystem::exists(file)) {
    return Error{"StateNotWritable", cat("The file ", file, " exists already. Choose another name for the copy.")};
  }
  SqliteStatement copy(database_, "VACUUM INTO ?1");
  if (!copy) return problem(true);
  copy.bind(1, file);
  return copy.run() ? Status(Done{}) : Status(problem(true));
}

}  // namespace roadstead
