#include "decide/tasks/token_expiry.h"

#include <gtest/gtest.h>

#include "store/tx/database.h"

namespace roadstead {

namespace {

using namespace std::chrono_literals;

TEST(TokenExpiry, ATokenGoesWhenItsTimeHasCome) {
  Database database{stored_schema()};
  SeededIds ids{1};
  auto now = Instant::from_seconds(1000);
  IdempotencyRow token{.operation = "RunTask", .scope = "arn:cluster", .token = "t", .request_hash = "h"};
  token.expires_at = now + 24h;
  auto key = RowTraits<IdempotencyRow>::key(token);
  std::optional<Instant> wake;
  auto run = [&](bool put) {
    Work work = [&](Tx& tx) -> Status {
      if (put) tx.put(token);
      wake = TRY(reconcile_token(tx, key));
      return Done{};
    };
    return database.run(work, now, ids).status.has_value();
  };
  ASSERT_TRUE(run(true));
  EXPECT_EQ(wake, now + 24h);
  EXPECT_TRUE(database.reader().contains<IdempotencyRow>(key));
  now = now + 24h;
  ASSERT_TRUE(run(false));
  EXPECT_FALSE(wake);
  EXPECT_FALSE(database.reader().contains<IdempotencyRow>(key));
  ASSERT_TRUE(run(false));
}

}  // namespace

}  // namespace roadstead
