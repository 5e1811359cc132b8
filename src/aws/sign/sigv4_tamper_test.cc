// What must be refused, and how each protocol says it. Requests are signed by our own signer, then spoilt.
#include <gtest/gtest.h>

#include <algorithm>

#include "aws/sign/sigv4.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

const Instant noon = *parse_iso8601("2026-11-21T12:00:00Z");

/// A request that can be signed, changed and verified.
class SignedCall : public testing::Test {
 protected:
  SignedCall() { sign_with(key_); }

  void sign_with(const AccessKey& key, Instant at = noon, std::string_view service = "ecs") {
    owned_ = {
        {"Host", "localhost:8080"},
        {"X-Amz-Target", "AmazonEC2ContainerServiceV20141113.RunTask"},
        {"Content-Type", "application/x-amz-json-1.1"}
    };
    auto added = sign(view(), {key.id, key.secret, key.session_token}, "eu-west-1", service, at, cache_);
    owned_.insert(owned_.end(), added.begin(), added.end());
  }

  RequestView view() {
    headers_.clear();
    for (const auto& [name, value] : owned_) headers_.emplace_back(name, value);
    return {"POST", target_, headers_, body_};
  }

  std::string& header(std::string_view name) {
    return std::find_if(owned_.begin(), owned_.end(), [&](const auto& pair) { return pair.first == name; })->second;
  }

  void remove(std::string_view name) {
    std::erase_if(owned_, [&](const auto& pair) { return pair.first == name; });
  }

  /// The code that a client of `dialect` sees, or "genuine".
  std::string outcome(ErrorDialect dialect = ErrorDialect::json) {
    auto read = read_claim(view());
    if (auto* refusal = std::get_if<SignatureRefusal>(&read)) return told(*refusal, dialect);
    auto refusal = verify(view(), std::get<SignatureClaim>(read), key_, "ecs", now_, cache_);
    return refusal ? told(*refusal, dialect) : "genuine";
  }

  std::string told(const SignatureRefusal& refusal, ErrorDialect dialect) {
    auto rendered = render_refusal(refusal, dialect);
    message_ = rendered.message;
    return rendered.code;
  }

  AccessKey key_{.id = "AKIAIOSFODNN7EXAMPLE", .secret = "wJalrXUtnFEMI", .account = "123456789012"};
  std::string target_ = "/";
  std::string body_ = R"({"taskDefinition":"web"})";
  std::vector<std::pair<std::string, std::string>> owned_;
  std::vector<HeaderView> headers_;
  SigningKeyCache cache_;
  Instant now_ = noon;
  std::string message_;
};

TEST_F(SignedCall, OfOurOwnSignerIsGenuine) { EXPECT_EQ(outcome(), "genuine"); }

TEST_F(SignedCall, WithAWrongSignatureIsRefused) {
  header("authorization").back() = header("authorization").back() == '0' ? '1' : '0';
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  EXPECT_TRUE(message_.starts_with("The request signature we calculated does not match"));
  EXPECT_EQ(outcome(ErrorDialect::query), "SignatureDoesNotMatch");
  EXPECT_EQ(outcome(ErrorDialect::ec2), "AuthFailure");
}

TEST_F(SignedCall, WithAnotherBodyIsRefused) {
  body_ = R"({"taskDefinition":"evil"})";
  EXPECT_EQ(outcome(), "InvalidSignatureException");
}

TEST_F(SignedCall, WithABodyThatIsNotTheHashedOneIsRefused) {
  owned_ = {{"Host", "h"}, {"x-amz-content-sha256", std::string(64, 'a')}};
  auto added = sign(view(), {key_.id, key_.secret}, "eu-west-1", "ecs", noon, cache_);
  owned_.insert(owned_.end(), added.begin(), added.end());
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  EXPECT_EQ(outcome(ErrorDialect::s3), "XAmzContentSHA256Mismatch");
}

TEST_F(SignedCall, WithAnUnsignedPayloadIsGenuineWhateverTheBody) {
  owned_ = {{"Host", "h"}, {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}};
  auto added = sign(view(), {key_.id, key_.secret}, "eu-west-1", "ecs", noon, cache_);
  owned_.insert(owned_.end(), added.begin(), added.end());
  body_ = "anything";
  EXPECT_EQ(outcome(), "genuine");
}

TEST_F(SignedCall, WithAnotherTargetMethodPathOrQueryIsRefused) {
  header("X-Amz-Target") = "AmazonEC2ContainerServiceV20141113.DeleteCluster";
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  sign_with(key_);
  target_ = "/other";
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  target_ = "/?a=1";
  EXPECT_EQ(outcome(), "InvalidSignatureException");
}

TEST_F(SignedCall, RepeatedLaterIsRefused) {
  now_ = noon + 15min;
  EXPECT_EQ(outcome(), "genuine");
  now_ = noon + 15min + 1s;
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  EXPECT_EQ(
      message_, "Signature expired: 20261121T120000Z is now earlier than 20261121T120001Z (20261121T121501Z - 15 min.)"
  );
  EXPECT_EQ(outcome(ErrorDialect::ec2), "RequestExpired");
  EXPECT_EQ(outcome(ErrorDialect::s3), "RequestTimeTooSkewed");
}

TEST_F(SignedCall, FromTheFutureIsRefused) {
  now_ = noon - 15min - 1s;
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  EXPECT_TRUE(message_.starts_with("Signature not yet current: 20261121T120000Z is still later than"));
}

TEST_F(SignedCall, WithAFresherDateThanItsSignatureIsRefused) {
  now_ = noon + 20min;
  header("x-amz-date") = format_basic_iso8601(now_);
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  header("x-amz-date") = "20261122T000000Z";
  now_ = *parse_iso8601("2026-11-22T00:00:00Z");
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  EXPECT_TRUE(message_.starts_with("Date in Credential scope does not match YYYYMMDD"));
}

TEST_F(SignedCall, WithoutASignedHeaderIsRefused) {
  remove("Content-Type");
  EXPECT_EQ(outcome(), "InvalidSignatureException");
}

TEST_F(SignedCall, WithAnUnsignedHeaderAddedIsRefused) {
  owned_.emplace_back("x-amz-acl", "public");
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  EXPECT_EQ(message_, "'x-amz-acl' must be a 'SignedHeader' in the AWS Authorization.");
  remove("x-amz-acl");
  owned_.emplace_back("X-Other", "carried along");
  EXPECT_EQ(outcome(), "genuine");
  owned_.emplace_back("X-Amz-Target", "a second value of a signed name");
  EXPECT_EQ(outcome(), "InvalidSignatureException");
}

TEST_F(SignedCall, WithoutAuthorizationIsRefused) {
  remove("authorization");
  EXPECT_EQ(outcome(), "MissingAuthenticationTokenException");
  EXPECT_EQ(outcome(ErrorDialect::query), "MissingAuthenticationToken");
  EXPECT_EQ(message_, "Request is missing Authentication Token");
}

TEST_F(SignedCall, WithABrokenAuthorizationIsIncomplete) {
  header("authorization") = "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=1";
  EXPECT_EQ(outcome(), "IncompleteSignatureException");
  EXPECT_TRUE(message_.starts_with("Authorization header requires 'Credential' parameter. (Hashed with"));
  header("authorization") = "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=1";
  EXPECT_EQ(outcome(ErrorDialect::query), "IncompleteSignature");
  header("authorization") = "Bearer x";
  EXPECT_EQ(outcome(), "IncompleteSignatureException");
  header("authorization") = "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws5, SignedHeaders=host, Signature=1";
  EXPECT_EQ(outcome(), "InvalidSignatureException");
}

TEST_F(SignedCall, WithoutADateIsIncomplete) {
  remove("x-amz-date");
  EXPECT_EQ(outcome(), "IncompleteSignatureException");
  owned_.emplace_back("Date", "no date at all");
  EXPECT_EQ(outcome(), "IncompleteSignatureException");
}

TEST_F(SignedCall, MayUseTheDateHeaderInstead) {
  auto claim = std::get<SignatureClaim>(read_claim(view()));
  remove("x-amz-date");
  owned_.emplace_back("Date", "Sat, 21 Nov 2026 12:00:00 GMT");
  EXPECT_EQ(std::get<SignatureClaim>(read_claim(view())).signed_at, claim.signed_at);
}

TEST_F(SignedCall, ScopedToAnotherServiceIsRefused) {
  sign_with(key_, noon, "sts");
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  EXPECT_EQ(message_, "Credential should be scoped to correct service: 'ecs'. ");
}

TEST_F(SignedCall, OfAnotherSecretIsRefusedEvenAfterItsKeyWasCached) {
  EXPECT_EQ(outcome(), "genuine");
  key_.secret = "rotated";
  EXPECT_EQ(outcome(), "InvalidSignatureException");
}

TEST_F(SignedCall, WithTemporaryCredentialsNeedsTheTokenAndItsTime) {
  key_.session_token = "token";
  key_.expires = noon + 1min;
  EXPECT_EQ(outcome(), "UnrecognizedClientException");
  EXPECT_EQ(outcome(ErrorDialect::query), "InvalidClientTokenId");
  sign_with(key_);
  EXPECT_EQ(outcome(), "genuine");
  header("x-amz-security-token") = "other";
  EXPECT_EQ(outcome(), "UnrecognizedClientException");
  header("x-amz-security-token") = "token";
  now_ = noon + 1min;
  EXPECT_EQ(outcome(), "ExpiredTokenException");
  EXPECT_EQ(outcome(ErrorDialect::query), "ExpiredToken");
  EXPECT_EQ(message_, "The security token included in the request is expired");
}

TEST_F(SignedCall, WithATokenThatALongTermKeyDoesNotHaveIsRefused) {
  auto with_token = key_;
  with_token.session_token = "made up";
  sign_with(with_token);
  EXPECT_EQ(outcome(), "UnrecognizedClientException");
}

TEST_F(SignedCall, PresignedIsGoodForItsTimeOnly) {
  owned_ = {{"Host", "localhost"}};
  body_.clear();
  target_ = "/?Action=GetCallerIdentity&Version=2011-06-15";
  target_ = presign(view(), {key_.id, key_.secret}, "eu-west-1", "ecs", noon, 60s, cache_);
  now_ = noon + 60s;
  EXPECT_EQ(outcome(), "genuine");
  now_ = noon + 61s;
  EXPECT_EQ(outcome(ErrorDialect::query), "SignatureDoesNotMatch");
  EXPECT_TRUE(message_.starts_with("Signature expired: 20261121T120000Z")) << message_;
  EXPECT_EQ(outcome(ErrorDialect::s3), "AccessDenied");
  now_ = noon;
  target_ = replace_all(target_, "X-Amz-Expires=60", "X-Amz-Expires=3600");
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  target_ = replace_all(target_, "X-Amz-Expires=3600", "X-Amz-Expires=604801");
  EXPECT_EQ(outcome(), "IncompleteSignatureException");
}

TEST_F(SignedCall, MustSignItsHost) {
  auto& authorization = header("authorization");
  authorization = replace_all(authorization, "content-type;host;", "content-type;");
  EXPECT_EQ(outcome(), "InvalidSignatureException");
  EXPECT_TRUE(message_.starts_with("'Host' or ':authority' must be"));
}

TEST(Denial, UsesAwsSentence) {
  auto denial = render_denial("arn:aws:iam::210987654321:root", "ecs:RunTask", "*", ErrorDialect::json);
  EXPECT_EQ(denial.code, "AccessDeniedException");
  EXPECT_EQ(
      denial.message,
      "User: arn:aws:iam::210987654321:root is not authorized to perform: ecs:RunTask on resource: * because no "
      "identity-based policy allows the ecs:RunTask action"
  );
  EXPECT_EQ(render_denial("a", "sts:x", "*", ErrorDialect::query).status, 403);
}

}  // namespace
}  // namespace roadstead
