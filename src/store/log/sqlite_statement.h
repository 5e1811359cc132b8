// A prepared SQLite statement that is finished when it goes and reset after each use. One thread.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace roadstead {

class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(sqlite3* database, const char* sql) { sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr); }
  SqliteStatement(SqliteStatement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  SqliteStatement& operator=(SqliteStatement&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
  }
  ~SqliteStatement() { sqlite3_finalize(statement_); }

  /// False when the SQL could not be prepared.
  explicit operator bool() const { return statement_ != nullptr; }

  /// The text must stay as it is until the statement is reset.
  void bind(int place, std::string_view text) {
    sqlite3_bind_text(statement_, place, text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
  }
  void bind(int place, std::int64_t number) { sqlite3_bind_int64(statement_, place, number); }

  /// SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return sqlite3_step(statement_); }

  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
  }

  void reset() { sqlite3_reset(statement_); }

  /// Steps a statement that gives no rows; true when it worked. The database keeps the reason when it did not.
  bool run() {
    bool worked = step() == SQLITE_DONE;
    reset();
    return worked;
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace roadstead
