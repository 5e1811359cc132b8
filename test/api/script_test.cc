// The language of the text tests itself: above all that wrong expectations fail, and say where.
#include "api/script.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

std::string run(std::string_view text) { return Script().run("x.test", text); }

TEST(Script, CutsStatementsOverLinesAndLeavesCommentsOut) {
  auto statements = cut_statements("# all\n\ncall ecs X {\"a\":\n  [1,  # one\n   \"# no\"]}\nok   {}  # fine\n");
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].line, 3);
  EXPECT_EQ(statements[0].verb, "call");
  EXPECT_EQ(statements[0].rest, "ecs X {\"a\":\n[1,\n\"# no\"]}");
  EXPECT_EQ(statements[1].line, 6);
  EXPECT_EQ(statements[1].rest, "{}");
}

TEST(Script, SaysWhereAndWhatWasExpected) {
  auto failure = run("call sts GetCallerIdentity\nok {\"Account\":\"1\"}");
  EXPECT_TRUE(failure.starts_with("x.test:2: Account: expected \"1\", got \"123456789012\"")) << failure;
  EXPECT_NE(failure.find("last call: sts GetCallerIdentity"), std::string::npos);
}

TEST(Script, FailsOnTheWrongKindOfAnswer) {
  EXPECT_NE(run("call sts GetCallerIdentity\nerror AccessDenied"), "");
  EXPECT_NE(run("call sts DecodeAuthorizationMessage {\"EncodedMessage\":\"x\"}\nok"), "");
  EXPECT_NE(
      run("call sts DecodeAuthorizationMessage {\"EncodedMessage\":\"x\"}\nerror InvalidAction \"unheard of\""), ""
  );
  EXPECT_NE(run("call sts DecodeAuthorizationMessage {\"EncodedMessage\":\"x\"}\nerror InvalidAction 500"), "");
}

TEST(Script, FailsOnStatementsThatAreNone) {
  EXPECT_NE(run("cal sts X"), "");
  EXPECT_NE(run("advance soon"), "");
  EXPECT_NE(run("given unicorn"), "");
  EXPECT_NE(run("let x = response.none"), "");
  EXPECT_NE(run("call sts GetCallerIdentity\nok {"), "");
}

TEST(Script, CapturesAndSubstitutes) {
  EXPECT_EQ(run("call sts GetCallerIdentity\nlet who = response.Arn\nok {\"Arn\":\"$who\"}"), "");
}

}  // namespace
}  // namespace roadstead
