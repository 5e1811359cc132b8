#include "agent/exec/command_words.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using Words = std::vector<std::string>;

Words split_or_fail(std::string_view command) {
  auto words = split_command(command);
  EXPECT_TRUE(words) << command;
  return words.value_or({});
}

TEST(CommandWords, AreCutAsAShellWould) {
  EXPECT_EQ(split_or_fail("/bin/sh"), (Words{"/bin/sh"}));
  EXPECT_EQ(split_or_fail("  ls \t -l\n"), (Words{"ls", "-l"}));
  EXPECT_EQ(split_or_fail("sh -c 'echo \"a b\" $HOME'"), (Words{"sh", "-c", "echo \"a b\" $HOME"}));
  EXPECT_EQ(split_or_fail(R"(a"b c"d 'e'\''f' \ g)"), (Words{"ab cd", "e'f", " g"}));
  EXPECT_EQ(split_or_fail(R"("a\"b\n")"), (Words{"a\"b\\n"}));
  EXPECT_EQ(split_or_fail("a ''"), (Words{"a", ""}));
  EXPECT_EQ(split_or_fail("ls | wc"), (Words{"ls", "|", "wc"}));
}

TEST(CommandWords, WhatIsNotWholeIsRefused) {
  EXPECT_FALSE(split_command(""));
  EXPECT_FALSE(split_command("  "));
  EXPECT_FALSE(split_command("echo 'a"));
  EXPECT_FALSE(split_command("echo \"a\\\""));
}

TEST(CommandWords, JoinedWordsComeBack) {
  Words words{"sh", "-c", "echo 'it''s'; echo \"$A\" \\", "", "a b", "\n"};
  EXPECT_EQ(split_or_fail(join_command(words)), words);
}

}  // namespace
}  // namespace roadstead
