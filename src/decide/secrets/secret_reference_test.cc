#include "decide/secrets/secret_reference.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "decide/secrets/parameter_lookup.h"
#include "decide/secrets/secret_lookup.h"
#include "rows/rows.gen.h"
#include "store/tx/database.h"

namespace roadstead {

namespace {

constexpr std::string_view stem = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db";

class SecretReference : public testing::Test {
 protected:
  SecretReference() {
    change([&](Tx& tx) -> Status {
      tx.put(InstallationRow{.name = "local", .account_id = "123456789012", .region = "eu-west-1", .domain = "localhost"});
      tx.put(SecretRow{.secret_name = "prod/db", .secret_arn = arn_});
      put_version(tx, "v1", {"AWSPREVIOUS"}, "old");
      put_version(tx, "v2", {"AWSCURRENT", "blue"}, R"({"user":"ann","port":5432,"deep":{"a":[1]},"":"nameless"})");
      put_parameter(tx, "/prod/mode", "fast");
      put_parameter(tx, "plain", "simple");
      return Done{};
    });
  }

  void change(Work work) { ASSERT_TRUE(database_.run(work, now_, ids_).status); }

  void put_version(Tx& tx, const std::string& id, std::vector<std::string> stages, const std::string& value, bool binary = false) {
    SecretVersionRow row{.secret_arn = arn_, .version_id = id, .stages = std::move(stages), .binary = binary};
    row.sealed_value = seal(key_, tx.ids(), seal_context(row), value);
    tx.put(std::move(row));
  }

  void put_parameter(Tx& tx, const std::string& name, const std::string& value) {
    ParameterVersionRow row{.parameter_name = name, .version = 1, .type = "String", .tier = "Standard", .data_type = "text"};
    row.sealed_value = seal(key_, tx.ids(), seal_context(row), value);
    tx.put(std::move(row));
    tx.put(ParameterRow{name, parameter_arn("aws", "eu-west-1", "123456789012", name), 1});
  }

  /// The value, or the message of the error.
  std::string resolve(std::string_view value_from) {
    std::string out;
    Work work = [&](Tx& tx) -> Status {
      auto value = resolve_secret_reference(tx, key_, value_from);
      out = value ? *value : value.error().message;
      if (!value) {
        EXPECT_EQ(value.error().code, "ResourceInitializationError");
      }
      return Done{};
    };
    EXPECT_TRUE(database_.run(work, now_, ids_).status);
    return out;
  }

  std::string arn_ = cat(stem, "-AbCd12");
  SealingKey key_ = SealingKey::from_bytes(std::string(32, 'k')).value();
  Database database_{stored_schema()};
  SeededIds ids_{1};
  Instant now_ = Instant::from_seconds(1'790'000'000);
};

TEST_F(SecretReference, TheWholeValueAndItsMembers) {
  EXPECT_EQ(resolve(cat(arn_, ":user::")), "ann");
  EXPECT_EQ(resolve(cat(arn_, ":port::")), "5432");
  EXPECT_EQ(resolve(cat(arn_, ":deep::")), R"({"a":[1]})");
  EXPECT_EQ(resolve(cat(arn_, "::AWSPREVIOUS:")), "old");
  EXPECT_EQ(resolve(cat(arn_, ":::v1")), "old");
  EXPECT_EQ(resolve(cat(arn_, ":user:blue:v2")), "ann");
  EXPECT_EQ(resolve(stem).substr(0, 8), R"({"user":)") << "an ARN without its random tail";
  EXPECT_EQ(resolve(arn_), resolve(cat(arn_, ":::")));
}

TEST_F(SecretReference, Parameters) {
  EXPECT_EQ(resolve("plain"), "simple");
  EXPECT_EQ(resolve("/prod/mode"), "fast");
  EXPECT_EQ(resolve("arn:aws:ssm:eu-west-1:123456789012:parameter/prod/mode"), "fast");
  EXPECT_EQ(resolve("arn:aws:ssm:eu-west-1:123456789012:parameter/plain"), "simple");
  auto asked = "execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 "
               "time(s): invalid ssm parameters: ";
  EXPECT_EQ(resolve("prod/mode"), cat(asked, "prod/mode"));
  auto elsewhere = "arn:aws:ssm:us-east-1:123456789012:parameter/plain";
  EXPECT_EQ(resolve(elsewhere), cat(asked, elsewhere));
}

TEST_F(SecretReference, SaysWhatIsMissingInTheWordsOfAws) {
  std::string asm_words = "execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): ";
  auto unknown = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:none-123456";
  EXPECT_EQ(
      resolve(unknown), cat(asm_words, "failed to fetch secret ", unknown,
                            " from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.")
  );
  EXPECT_EQ(resolve(cat(arn_, ":password::")), cat(asm_words, "retrieved secret from Secrets Manager did not contain json key password"));
  EXPECT_NE(resolve(cat(arn_, "::green:")).find("for staging label: green"), std::string::npos);
  EXPECT_NE(resolve(cat(arn_, "::blue:v1")).find("not associated to the provided VersionId"), std::string::npos);
  EXPECT_EQ(resolve(cat(arn_, ":user::AWSPREVIOUS:")), cat(asm_words, "unexpected ARN format with parameters when trying to retrieve ASM secret"));
  EXPECT_NE(resolve("arn:aws:s3:::bucket/file").find("neither a secret's ARN nor"), std::string::npos);
  EXPECT_NE(resolve(cat(arn_, ":user:AWSPREVIOUS:")).find("not a JSON object"), std::string::npos);
}

TEST_F(SecretReference, NeitherBinaryNorMarkedForDeletionNorOfAnotherKey) {
  change([&](Tx& tx) -> Status {
    put_version(tx, "v3", {"raw"}, "\x01\x02", true);
    return Done{};
  });
  EXPECT_NE(resolve(cat(arn_, "::raw:")).find("is binary"), std::string::npos);
  key_ = SealingKey::from_bytes(std::string(32, 'z')).value();
  EXPECT_NE(resolve(arn_).find("DecryptionFailure"), std::string::npos);
  EXPECT_NE(resolve("plain").find("DecryptionFailure"), std::string::npos);
  change([&](Tx& tx) -> Status {
    tx.update<SecretRow>("prod/db", [&](SecretRow& row) { row.deleted_at = now_; });
    return Done{};
  });
  EXPECT_NE(resolve(arn_).find("InvalidRequestException: You can't perform this operation"), std::string::npos);
}

TEST_F(SecretReference, NotesTheDayOfItsUse) {
  auto day = Instant::from_seconds(1'790'000'000 - 1'790'000'000 % 86'400);
  EXPECT_FALSE(database_.reader().find<SecretRow>("prod/db")->last_accessed_at);
  auto before = database_.reader().seq();
  resolve(arn_);
  EXPECT_EQ(database_.reader().find<SecretRow>("prod/db")->last_accessed_at, day);
  auto after = database_.reader().seq();
  EXPECT_GT(after, before);
  resolve(arn_);
  EXPECT_EQ(database_.reader().seq(), after) << "once a day is enough";
}

}  // namespace
}  // namespace roadstead
