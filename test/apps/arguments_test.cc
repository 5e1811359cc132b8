#include "arguments.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

const std::vector<Option>& options() {
  static const std::vector<Option> known{{"json", "", "print JSON"}, {"state", "DIR", "where"}};
  return known;
}

TEST(Arguments, ACommandOfOptionsRefusesStrayWords) {
  auto refused = Arguments::parse({"--json", "foo", "bar"}, options());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "Usage");
  EXPECT_TRUE(refused.error().message.starts_with("The word 'foo' means nothing here: this command takes options only.\n"));
  EXPECT_NE(refused.error().message.find("--state DIR"), std::string::npos) << "it says what there is";
  auto taken = Arguments::parse({"--state", "foo", "--json"}, options());
  ASSERT_TRUE(taken) << "the value of an option is no stray word";
  EXPECT_EQ(taken->get("state", ""), "foo");
}

TEST(Arguments, WordsAreKeptWhereTheyAreWanted) {
  auto taken = Arguments::parse_with_words({"load", "--json", "image.tar"}, options());
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->words(), (std::vector<std::string>{"load", "image.tar"}));
  EXPECT_FALSE(Arguments::parse_with_words({"load", "--other"}, options()));
}

}  // namespace
}  // namespace roadstead
