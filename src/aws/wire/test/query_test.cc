// AWS Query: forms to structs, structs to XML, refusals.
#include <gtest/gtest.h>

#include <string>

#include "api/sts/assume_role.gen.h"
#include "api/sts/get_caller_identity.gen.h"
#include "api/sts_service.gen.h"
#include "aws/wire/form.h"
#include "aws/wire/query.h"
#include "aws/wire/xml.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

Result<AnyShape> read(std::string_view operation, std::string_view body) {
  return query::read_request(sts::service(), *sts::service().find(operation), body);
}

constexpr std::string_view role = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fx";

TEST(Query, ReadsARequest) {
  auto input = read("AssumeRole", cat(role, "&RoleSessionName=a%40b&DurationSeconds=900&Tags.member.2.Key=k2&Tags.member.2.Value=v"
                                            "&Tags.member.1.Key=k1&Tags.member.1.Value=&PolicyArns.1.arn=arn:aws:iam::aws:policy/p"));
  ASSERT_TRUE(input) << input.error().message;
  const auto& in = *static_cast<const sts::AssumeRoleRequest*>(input->data());
  EXPECT_EQ(in.role_arn, "arn:aws:iam::123456789012:role/x");
  EXPECT_EQ(in.role_session_name, "a@b");
  EXPECT_EQ(in.duration_seconds, 900);
  ASSERT_EQ(in.tags->size(), 2U);
  EXPECT_EQ(in.tags->at(0).key, "k1");
  EXPECT_EQ(in.tags->at(1).key, "k2");
  EXPECT_EQ(in.policy_arns->at(0).arn, "arn:aws:iam::aws:policy/p") << "lists are read without `member` as well";
}

TEST(Query, Refuses) {
  auto missing = read("AssumeRole", role);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "ValidationError");
  EXPECT_EQ(missing.error().message, "1 validation error detected: Value null at 'roleSessionName' failed to satisfy "
                                     "constraint: Member must not be null");
  auto pattern = read("AssumeRole", cat(role, "&RoleSessionName=a%20b"));
  ASSERT_FALSE(pattern);
  EXPECT_NE(pattern.error().message.find("'a b' at 'roleSessionName'"), std::string::npos);
  auto number = read("AssumeRole", cat(role, "&RoleSessionName=ab&DurationSeconds=soon"));
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().code, "ValidationError");
  EXPECT_FALSE(read("GetCallerIdentity", "Action=%zz"));
}

TEST(Query, NeverQuotesSecrets) {
  auto refused = read("AssumeRole", cat(role, "&RoleSessionName=ab&TokenCode=12345678"));
  ASSERT_FALSE(refused);
  auto secret = read("AssumeRoleWithWebIdentity", cat(role, "&RoleSessionName=ab&WebIdentityToken=abc"));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().message.find("'abc'"), std::string::npos);
}

TEST(Query, Answers) {
  sts::GetCallerIdentityResponse out{.user_id = "A&B", .account = "123456789012", .arn = "arn:aws:iam::123456789012:root"};
  EXPECT_EQ(
      query::write_response(sts::service(), *sts::service().find("GetCallerIdentity"), &out, "r-1"),
      "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
      "<UserId>A&amp;B</UserId><Account>123456789012</Account><Arn>arn:aws:iam::123456789012:root</Arn>"
      "</GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
      "</GetCallerIdentityResponse>"
  );
  sts::AssumeRoleResponse role_out;
  role_out.credentials.emplace().expiration = Instant{1'790'000'000'000'000};
  auto xml = query::write_response(sts::service(), *sts::service().find("AssumeRole"), &role_out, "r");
  EXPECT_NE(xml.find("<Expiration>2026-09-21T"), std::string::npos) << xml;
}

TEST(Query, ErrorsUseTheCodeOfTheWire) {
  auto xml = query::write_error(&sts::service(), {.code = "PackedPolicyTooLargeException", .message = "<big>"}, true, "r");
  EXPECT_EQ(
      xml,
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>PackedPolicyTooLarge"
      "</Code><Message>&lt;big&gt;</Message></Error><RequestId>r</RequestId></ErrorResponse>"
  );
}

TEST(Form, IsBounded) {
  std::string deep = "a";
  for (int i = 0; i < form_max_depth; ++i) deep.append(".a");
  EXPECT_FALSE(parse_form(deep + "=1"));
  std::string many;
  for (int i = 0; i <= form_max_values; ++i) many.append("a=1&");
  EXPECT_FALSE(parse_form(many));
  EXPECT_FALSE(parse_form("a=%ff")) << "not UTF-8";
  ASSERT_TRUE(parse_form(""));
  EXPECT_TRUE(parse_form("")->children.empty());
}

TEST(Xml, LeavesOutWhatItCannotCarry) {
  XmlWriter xml;
  xml.element("A", "a\x01<b>\n");
  EXPECT_EQ(std::move(xml).finish(), "<A>a&lt;b&gt;\n</A>");
}

}  // namespace

}  // namespace roadstead
