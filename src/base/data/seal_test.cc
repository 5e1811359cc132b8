#include "base/data/seal.h"

#include <gtest/gtest.h>

#include "base/text/text.h"

namespace roadstead {
namespace {

SealingKey key_of(char letter) { return SealingKey::from_bytes(std::string(32, letter)).value(); }

TEST(Seal, OpensWithItsKeyAndContextOnly) {
  SeededIds ids(1);
  auto key = key_of('a');
  for (const auto& plain : {std::string(), std::string("pa55word"), std::string(70'000, 'x'), std::string("\0\xff", 2)}) {
    auto sealed = seal(key, ids, "arn:1", plain);
    ASSERT_TRUE(unseal(key, "arn:1", sealed));
    EXPECT_EQ(*unseal(key, "arn:1", sealed), plain);
    EXPECT_FALSE(unseal(key, "arn:2", sealed));
    EXPECT_FALSE(unseal(key_of('b'), "arn:1", sealed));
  }
}

TEST(Seal, HidesWhatItSeals) {
  SeededIds ids(1);
  auto key = key_of('a');
  auto once = seal(key, ids, "arn", "pa55word");
  EXPECT_EQ(once.find("pa55"), std::string::npos);
  EXPECT_EQ(once.find(key.bytes()), std::string::npos);
  EXPECT_NE(once, seal(key, ids, "arn", "pa55word")) << "equal values look different";
}

TEST(Seal, EveryChangeIsNoticed) {
  SeededIds ids(7);
  auto key = key_of('a');
  auto sealed = seal(key, ids, "arn", "value");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    if (changed == sealed) continue;
    auto opened = unseal(key, "arn", changed);
    ASSERT_FALSE(opened) << i;
    EXPECT_EQ(opened.error().code, "DecryptionFailure");
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) EXPECT_FALSE(unseal(key, "arn", sealed.substr(0, size)));
}

TEST(Seal, SaysWhichKeyIsMissing) {
  SeededIds ids(7);
  auto key = key_of('a');
  auto error = unseal(key_of('b'), "arn", seal(key, ids, "arn", "value")).error();
  EXPECT_EQ(error.message, cat("The stored value cannot be decrypted: it was sealed with another key, ", key.name(), '.'));
}

TEST(Seal, AKeyHas32Bytes) {
  EXPECT_EQ(SealingKey::from_bytes("short").error().code, "InvalidKey");
  EXPECT_FALSE(SealingKey::from_bytes(std::string(33, 'a')));
}

}  // namespace
}  // namespace roadstead
