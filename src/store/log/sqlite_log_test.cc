// What only a file can suffer: a killed process, a damaged or foreign file, a full disk, other versions.
#include "store/log/sqlite_log.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/id/id.h"
#include "base/text/text.h"
#include "store/log/state_directory.h"
#include "store/log/temporary_directory.h"

namespace roadstead {
namespace {

using Rows = std::map<std::string, std::string>;

Result<Rows> read_all(Log& log) {
  Rows rows;
  TRY(log.replay(0, [&](const LoggedRow& row) -> Status {
    rows[std::string(row.key)] = std::string(row.document);
    return Done{};
  }));
  return rows;
}

Result<Rows> read_all(const std::string& directory) {
  auto log = TRY(SqliteLog::open(directory));
  return read_all(*log);
}

Status put(Log& log, std::uint64_t seq, std::string key, std::string document, bool is_new = true) {
  LoggedBatch batch{seq, Instant{}, {{"pets", std::move(key), std::move(document), is_new}}};
  return log.append({&batch, 1});
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

Rows fill(const std::string& directory, std::uint64_t count) {
  Rows rows;
  auto log = SqliteLog::open(directory).value().release();
  for (std::uint64_t seq = 1; seq <= count; ++seq) {
    auto document = cat("document ", seq, ' ', std::string(200, 'x'));
    EXPECT_TRUE(put(*log, seq, cat("key", seq), document));
    rows[cat("key", seq)] = document;
  }
  delete log;
  return rows;
}

TEST(SqliteLog, AKilledProcessLosesNothingThatWasAcknowledged) {
  TemporaryDirectory directory;
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto log = SqliteLog::open(directory.path());
    for (std::uint64_t seq = 1; log; ++seq) {
      if (!put(**log, seq, cat("key", seq), "document")) break;
      if (write(told[1], &seq, sizeof seq) != sizeof seq) break;
    }
    _exit(1);
  }
  close(told[1]);
  std::uint64_t acknowledged = 0;
  while (acknowledged < 300 && read(told[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
  }
  kill(child, SIGKILL);
  // What it had still acknowledged before it died.
  while (read(told[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
  }
  close(told[0]);
  int how = 0;
  ASSERT_EQ(waitpid(child, &how, 0), child);
  auto rows = read_all(directory.path());
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_GE(acknowledged, 300U);
  EXPECT_GE(rows->size(), acknowledged);
  EXPECT_LE(rows->size(), acknowledged + 1);
}

TEST(SqliteLog, ATornWalIsAnOlderWholeState) {
  TemporaryDirectory directory;
  TemporaryDirectory copy;
  auto log = std::move(SqliteLog::open(directory.path()).value());
  for (std::uint64_t seq = 1; seq <= 50; ++seq) ASSERT_TRUE(put(*log, seq, cat("key", 100 + seq), cat("v", seq)));
  auto file = read_file(directory.path() + "/state.db");
  auto wal = read_file(directory.path() + "/state.db-wal");
  ASSERT_GT(wal.size(), 100'000U);
  for (std::size_t cut = 1; cut < wal.size(); cut += wal.size() / 37) {
    write_file(copy.path() + "/state.db", file);
    write_file(copy.path() + "/state.db-wal", wal.substr(0, cut));
    auto rows = read_all(copy.path());
    if (!rows) continue;  // an Error is an answer as well
    std::uint64_t seq = 0;
    for (const auto& [key, document] : *rows) EXPECT_EQ(document, cat("v", ++seq)) << "a prefix without holes";
  }
}

TEST(SqliteLog, ADamagedFileIsAnErrorOrHarmless) {
  TemporaryDirectory directory;
  auto path = directory.path() + "/state.db";
  auto rows = fill(directory.path(), 400);
  auto whole = read_file(path);
  SeededIds ids(3);
  int errors = 0;
  for (int round = 0; round < 150; ++round) {
    auto damaged = whole;
    auto at = ids.bits() % whole.size();
    switch (round % 3) {
      case 0:
        damaged[at] = static_cast<char>(damaged[at] ^ static_cast<char>(1 + ids.bits() % 255));
        break;
      case 1:
        damaged.replace(at / 8192 * 8192, std::min<std::size_t>(8192, whole.size() - at / 8192 * 8192), 8192, '\0');
        break;
      default:
        damaged.resize(at);
    }
    std::filesystem::remove(path + "-wal");
    write_file(path, damaged);
    auto found = read_all(directory.path());
    if (found) {
      bool same = *found == rows;
      // A file cut to nothing is an empty state: SQLite cannot tell it from a new one.
      EXPECT_TRUE(same || damaged.empty()) << "round " << round << " at " << at;
    } else {
      ++errors;
      EXPECT_TRUE(found.error().message.find("state") != std::string::npos) << found.error().message;
    }
  }
  EXPECT_GT(errors, 50);
}

TEST(SqliteLog, RefusesAForeignFile) {
  TemporaryDirectory directory;
  write_file(directory.path() + "/state.db", std::string(20'000, 'a'));
  auto opened = SqliteLog::open(directory.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "StateUnreadable");
}

TEST(SqliteLog, RefusesADirectoryThatIsNotThere) {
  auto opened = SqliteLog::open("/proc/roadstead-test");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "StateNotWritable");
}

TEST(SqliteLog, RefusesANewerVersionAndMigratesAnOlderOne) {
  TemporaryDirectory directory;
  fill(directory.path(), 3);
  SqliteLog::Options next;
  next.version = 2;
  EXPECT_EQ(SqliteLog::open(directory.path(), next).error().code, "StateUnreadable") << "no way to version 2";

  next.migrations = {{1, "ALTER TABLE rows ADD COLUMN cause TEXT; this is not SQL;"}};
  EXPECT_FALSE(SqliteLog::open(directory.path(), next)) << "a migration that fails";
  EXPECT_EQ(read_all(directory.path()).value().size(), 3U) << "and leaves the file as it was";

  next.migrations = {{1, "ALTER TABLE rows ADD COLUMN cause TEXT;"}};
  {
    auto migrated = SqliteLog::open(directory.path(), next);
    ASSERT_TRUE(migrated) << migrated.error().detail;
    EXPECT_EQ(read_all(**migrated).value().size(), 3U);
  }
  auto old_program = SqliteLog::open(directory.path());
  ASSERT_FALSE(old_program);
  EXPECT_EQ(old_program.error().code, "StateTooNew");
  EXPECT_NE(old_program.error().message.find("newer version of Roadstead"), std::string::npos);
}

TEST(SqliteLog, AFullDiskRefusesAndRecovers) {
  TemporaryDirectory directory;
  SqliteLog::Options options;
  options.max_pages = 40;
  auto log = std::move(SqliteLog::open(directory.path(), options).value());
  std::uint64_t seq = 1;
  Status written = Done{};
  while ((written = put(*log, seq, cat("key", seq), std::string(5000, 'x')))) ++seq;
  EXPECT_EQ(written.error().code, "StateNotWritable");
  EXPECT_NE(written.error().message.find("is full"), std::string::npos) << written.error().message;
  EXPECT_EQ(read_all(*log).value().size(), seq - 1) << "reads go on, and nothing of the refused write is there";
  // Space comes back: rows go away.
  for (std::uint64_t number = 1; number <= 10; ++number, ++seq) {
    LoggedBatch batch{seq, Instant{}, {{"pets", cat("key", number), std::nullopt, false}}};
    ASSERT_TRUE(log->append({&batch, 1}));
  }
  EXPECT_TRUE(put(*log, seq, "again", std::string(5000, 'x')));
}

TEST(SqliteLog, TheWalDoesNotGrowForEver) {
  TemporaryDirectory directory;
  SqliteLog::Options options;
  options.busy_checkpoint_pages = 100;
  auto log = std::move(SqliteLog::open(directory.path(), options).value());
  for (std::uint64_t seq = 1; seq <= 600; ++seq) {
    ASSERT_TRUE(put(*log, seq, cat("key", seq % 5), std::string(4000, 'x'), seq <= 5));
  }
  EXPECT_LT(std::filesystem::file_size(directory.path() + "/state.db-wal"), 2'000'000U);
}

TEST(SqliteLog, CopiesItselfForABackup) {
  TemporaryDirectory directory;
  TemporaryDirectory backup;
  auto rows = fill(directory.path(), 20);
  auto log = std::move(SqliteLog::open(directory.path()).value());
  ASSERT_TRUE(log->copy_to(backup.path() + "/state.db"));
  EXPECT_FALSE(log->copy_to(backup.path() + "/state.db")) << "nothing is overwritten";
  EXPECT_EQ(read_all(backup.path()).value(), rows);
}

TEST(StateDirectory, BelongsToOneProcess) {
  TemporaryDirectory parent;
  auto path = parent.path() + "/a/state";
  {
    auto held = StateDirectory::open(path);
    ASSERT_TRUE(held) << held.error().message;
    auto second = StateDirectory::open(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "StateInUse");
    EXPECT_NE(second.error().message.find(cat("process ", getpid())), std::string::npos) << second.error().message;
  }
  EXPECT_TRUE(StateDirectory::open(path));
  EXPECT_EQ(StateDirectory::open("/proc/roadstead-test").error().code, "StateNotWritable");
}

}  // namespace
}  // namespace roadstead
