// Every signed request that real clients sent (boto3, AWS CLI 1 and 2, JS, Terraform), through the verifier.
#include "aws/sign/sigv4.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

/// One recorded request with what it must come to.
struct Vector {
  std::string name;
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> owned_headers;
  std::vector<HeaderView> headers;
  std::string body;
  AccessKey key;
  std::string canonical;
  std::string to_sign;
  std::string signature;

  RequestView view() const { return {method, target, headers, body}; }
};

std::vector<std::unique_ptr<Vector>> read_vectors() {
  std::ifstream file(ROADSTEAD_VECTORS "/sigv4.json");
  std::stringstream text;
  text << file.rdbuf();
  std::vector<std::unique_ptr<Vector>> out;
  auto document = json::parse(text.str());
  for (const auto& entry : document.as_array()) {
    auto vector = std::make_unique<Vector>();
    vector->name =
        cat(text_of(entry.at("client")), " ", text_of(entry.at("service")), " ", text_of(entry.at("operation")));
    vector->method = text_of(entry.at("method"));
    vector->target = text_of(entry.at("target"));
    for (const auto& pair : entry.at("headers").as_array()) {
      vector->owned_headers.emplace_back(text_of(pair.at(0)), text_of(pair.at(1)));
    }
    for (const auto& [name, value] : vector->owned_headers) vector->headers.emplace_back(name, value);
    vector->body = from_base64(text_of(entry.at("body_b64"))).value();
    vector->key = {.id = text_of(entry.at("access_key")), .secret = text_of(entry.at("secret_key")), .account = "1"};
    vector->key.session_token = header_of(vector->headers, "x-amz-security-token");
    const auto& expect = entry.at("expect");
    vector->canonical = text_of(expect.at("canonical_request"));
    vector->to_sign = text_of(expect.at("string_to_sign"));
    vector->signature = text_of(expect.at("signature"));
    out.push_back(std::move(vector));
  }
  return out;
}

TEST(SigV4Vectors, AllOfThemVerify) {
  auto vectors = read_vectors();
  ASSERT_EQ(vectors.size(), 84U);
  SigningKeyCache cache;
  for (const auto& vector : vectors) {
    SCOPED_TRACE(vector->name);
    auto read = read_claim(vector->view());
    ASSERT_TRUE(std::holds_alternative<SignatureClaim>(read)) << std::get<SignatureRefusal>(read).message;
    const auto& claim = std::get<SignatureClaim>(read);
    EXPECT_EQ(claim.access_key, vector->key.id);
    EXPECT_EQ(claim.signature, vector->signature);
    auto refusal = verify(vector->view(), claim, vector->key, claim.service, claim.signed_at, cache);
    EXPECT_FALSE(refusal) << refusal->message;
  }
}

TEST(SigV4Vectors, CanonicalFormsAreThoseOfTheClients) {
  for (const auto& vector : read_vectors()) {
    SCOPED_TRACE(vector->name);
    auto claim = std::get<SignatureClaim>(read_claim(vector->view()));
    auto payload = vector->canonical.substr(vector->canonical.rfind('\n') + 1);
    auto rule = claim.service == "s3" ? PathRule::encode_once : PathRule::encode_twice;
    auto canonical = canonical_request(vector->view(), rule, claim.presigned(), claim.signed_headers, payload);
    EXPECT_EQ(canonical, vector->canonical);
    auto scope = cat(claim.date, '/', claim.region, '/', claim.service, "/aws4_request");
    EXPECT_EQ(string_to_sign(claim.signed_at_text, scope, canonical), vector->to_sign);
  }
}

TEST(SigV4Vectors, AnyChangedByteOfTheBodyIsSeen) {
  SigningKeyCache cache;
  int changed = 0;
  for (auto& vector : read_vectors()) {
    if (vector->body.empty()) continue;
    SCOPED_TRACE(vector->name);
    auto claim = std::get<SignatureClaim>(read_claim(vector->view()));
    if (header_of(vector->headers, "x-amz-content-sha256").starts_with("STREAMING-UNSIGNED")) continue;
    vector->body.back() = static_cast<char>(vector->body.back() ^ 1);
    EXPECT_TRUE(verify(vector->view(), claim, vector->key, claim.service, claim.signed_at, cache));
    ++changed;
  }
  EXPECT_GT(changed, 50);
}

TEST(Canonical, PathsAreCleanedAndEncodedAgainExceptForS3) {
  EXPECT_EQ(canonical_path("", PathRule::encode_twice), "/");
  EXPECT_EQ(canonical_path("/a//b/../c/./d/", PathRule::encode_twice), "/a/c/d/");
  EXPECT_EQ(canonical_path("/../..", PathRule::encode_twice), "/");
  EXPECT_EQ(canonical_path("/tags/arn%3Aaws%3Ax", PathRule::encode_twice), "/tags/arn%253Aaws%253Ax");
  EXPECT_EQ(canonical_path("/b/a//../%7e%20", PathRule::encode_once), "/b/a//../~%20");
  EXPECT_EQ(canonical_path("/b/%zz%", PathRule::encode_once), "/b/%25zz%25");
}

TEST(Canonical, QueriesAreDecodedEncodedAndSorted) {
  EXPECT_EQ(canonical_query("b=2&a=1&a=0&c", false), "a=0&a=1&b=2&c=");
  EXPECT_EQ(canonical_query("x=a+b%2fc&&y=%zz", false), "x=a%20b%2Fc&y=%25zz");
  EXPECT_EQ(canonical_query("X-Amz-Signature=1&a=1", true), "a=1");
  EXPECT_EQ(canonical_query("X-Amz-Signature=1&a=1", false), "X-Amz-Signature=1&a=1");
}

TEST(Canonical, HeadersAreTrimmedSqueezedAndJoined) {
  std::vector<HeaderView> headers{{"My-Header", "  a   b\t c "}, {"other", "x"}, {"my-header", "d"}};
  std::string out;
  append_canonical_header(out, headers, "my-header");
  append_canonical_header(out, headers, "absent");
  EXPECT_EQ(out, "my-header:a b c,d\nabsent:\n");
}

TEST(HmacKey, AgreesWithThePublishedVectors) {
  EXPECT_EQ(
      hex_of(HmacKey("Jefe").mac("what do ya want for nothing?")),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
  );
  EXPECT_EQ(
      hex_of(HmacKey(std::string(131, '\xaa')).mac("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
  );
}

}  // namespace
}  // namespace roadstead
