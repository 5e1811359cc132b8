#include "gateway/s3_request.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "aws/wire/rest/xml_tree.h"
#include "base/text/text.h"
#include "store/inline_transactor.h"
#include "support/world.h"

namespace roadstead {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

class S3Request : public testing::Test {
 protected:
  /// A request as its client signs it.
  HttpResponse send(const char* method, std::string target, Pairs headers = {}, std::string body = {}, std::string host = "localhost:4848") {
    headers.insert(headers.begin(), {"Host", std::move(host)});
    auto told = [&](std::string_view name) {
      return std::ranges::any_of(headers, [&](const auto& pair) { return pair.first == name; });
    };
    if (!told("x-amz-content-sha256") && !told("without-hash")) headers.emplace_back("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    std::vector<HeaderView> views(headers.begin(), headers.end());
    auto signature = sign({method, target, views, body}, world_.credentials(), "us-east-1", "s3", world_.clock().now(), cache_);
    headers.insert(headers.end(), signature.begin(), signature.end());
    return send_as_is(method, std::move(target), headers, std::move(body));
  }

  HttpResponse send_as_is(const char* method, std::string target, const Pairs& headers, std::string body = {}) {
    HttpRequest request;
    request.method = method;
    request.target = std::move(target);
    request.remote = "192.0.2.1:40000";
    request.body = std::move(body);
    request.set_headers(headers);
    return world_.send(std::move(request));
  }

  static std::string code_of(const HttpResponse& response) {
    auto tree = parse_xml(response.body);
    return tree && tree->find("Code") != nullptr ? tree->find("Code")->text : "";
  }

  void SetUp() override { ASSERT_EQ(send("PUT", "/shop").status, 200); }

  World world_;
  SigningKeyCache cache_;
};

TEST_F(S3Request, TakesBucketsInThePathAndInTheHost) {
  EXPECT_EQ(send("PUT", "/shop/a/b%20c", {}, "bytes").status, 200);
  EXPECT_EQ(send("GET", "/shop/a/b%20c").body, "bytes");
  EXPECT_EQ(send("GET", "/a/b%20c", {}, {}, "shop.localhost:4848").body, "bytes");
  EXPECT_EQ(send("HEAD", "/", {}, {}, "shop.localhost").status, 200);
  EXPECT_EQ(code_of(send("GET", "/x", {}, {}, "other.localhost")), "NoSuchBucket");
  EXPECT_EQ(with_bucket_in_path("/k?x", "b.c.api.test:1", "api.test"), "/b.c/k?x");
  EXPECT_EQ(with_bucket_in_path("/k", "api.test", "api.test"), "/k");
  EXPECT_EQ(with_bucket_in_path("/k", "127.0.0.1:1", "localhost"), "/k");
}

TEST_F(S3Request, AnyPathAndTypeIsAnObject) {
  EXPECT_EQ(send("PUT", "/shop/service/x/operation/y", {{"Content-Type", "application/x-www-form-urlencoded"}}, "Action=ListUsers").status, 200);
  EXPECT_EQ(send("GET", "/shop/service/x/operation/y").body, "Action=ListUsers");
}

TEST_F(S3Request, NeedsTheHashOfTheBody) {
  EXPECT_EQ(code_of(send("PUT", "/shop/k", {{"without-hash", "1"}}, "x")), "InvalidRequest");
  EXPECT_EQ(code_of(send("PUT", "/shop/k", {{"x-amz-content-sha256", "abc"}}, "x")), "XAmzContentSHA256Mismatch");
  auto wrong = send("PUT", "/shop/k", {{"x-amz-content-sha256", std::string(64, '0')}}, "x");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(code_of(wrong), "XAmzContentSHA256Mismatch");
  EXPECT_EQ(code_of(send("PUT", "/shop/k", {{"x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"}}, "x")), "NotImplemented");
}

TEST_F(S3Request, ChecksumsComeInATrailer) {
  Pairs framing{{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}, {"x-amz-trailer", "x-amz-checksum-crc32"}, {"Content-Encoding", "aws-chunked"}};
  auto put = send("PUT", "/shop/k", framing, "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n");
  EXPECT_EQ(put.status, 200) << put.body;
  auto got = send("GET", "/shop/k", {{"x-amz-checksum-mode", "ENABLED"}});
  EXPECT_EQ(got.body, "123456789");
  auto header = [&](std::string_view name) {
    auto found = std::ranges::find(got.headers, name, &std::pair<std::string, std::string>::first);
    return found == got.headers.end() ? std::string() : found->second;
  };
  EXPECT_EQ(header("x-amz-checksum-crc32"), "y/Q5Jg==");
  EXPECT_EQ(header("Content-Encoding"), "") << "the framing is not the object's";
  EXPECT_EQ(code_of(send("PUT", "/shop/k", framing, "1\r\n1\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n")), "BadDigest");
  EXPECT_EQ(code_of(send("PUT", "/shop/k", framing, "1\r\n1\r\n0\r\n\r\n")), "MalformedTrailerError");
  EXPECT_EQ(code_of(send("PUT", "/shop/k", framing, "9\r\n1234")), "IncompleteBody");
  framing.emplace_back("x-amz-decoded-content-length", "8");
  EXPECT_EQ(code_of(send("PUT", "/shop/k", framing, "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n")), "InvalidRequest");
  EXPECT_EQ(send("GET", "/shop/k").body, "123456789") << "what is refused changes nothing";
}

TEST_F(S3Request, PresignedLinks) {
  Pairs headers{{"Host", "localhost"}};
  std::vector<HeaderView> views(headers.begin(), headers.end());
  auto link = [&](const char* method, std::string_view target) {
    return presign({method, target, views, ""}, world_.credentials(), "us-east-1", "s3", world_.clock().now(), std::chrono::minutes(1), cache_);
  };
  EXPECT_EQ(send_as_is("PUT", link("PUT", "/shop/k"), headers, "by link").status, 200);
  auto get = link("GET", "/shop/k");
  EXPECT_EQ(send_as_is("GET", get, headers).body, "by link");
  EXPECT_EQ(code_of(send_as_is("GET", replace_all(get, "/shop/k", "/shop/other"), headers)), "SignatureDoesNotMatch");
  world_.advance(std::chrono::minutes(2));
  EXPECT_EQ(code_of(send_as_is("GET", get, headers)), "AccessDenied");
}

TEST_F(S3Request, ABucketWithoutVersionsSaysSo) {
  auto answer = send("GET", "/shop?versioning");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find("<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""), std::string::npos) << answer.body;
  EXPECT_EQ(answer.body.find("Status"), std::string::npos) << answer.body;
}

TEST_F(S3Request, WhatIsNotThereIsNamed) {
  testing::internal::CaptureStderr();
  auto acl = send("GET", "/shop?acl");
  auto logged = testing::internal::GetCapturedStderr();
  EXPECT_NE(logged.find("level=info event=request_not_supported"), std::string::npos) << logged;
  EXPECT_EQ(logged.find("level=error"), std::string::npos) << "a client's question is no failure of the server";
  EXPECT_EQ(acl.status, 501);
  EXPECT_EQ(code_of(acl), "NotImplemented");
  EXPECT_NE(acl.body.find("?acl"), std::string::npos);
  auto patch = send("PATCH", "/shop/k");
  EXPECT_EQ(patch.status, 405);
  EXPECT_EQ(code_of(patch), "MethodNotAllowed");
  EXPECT_EQ(code_of(send("POST", "/shop/k?restore")), "NotImplemented");
}

TEST_F(S3Request, OthersAreNotLetIn) {
  world_.act_as("210987654321");
  auto denied = send("GET", "/shop/k");
  EXPECT_EQ(denied.status, 403);
  EXPECT_EQ(code_of(denied), "AccessDenied");
}

TEST_F(S3Request, LongBodiesAreForThoseWeKnow) {
  auto bound = [&](std::string_view target, std::string_view authorization) {
    return body_bound_of(target, authorization, world_.keys(), 1000).bytes;
  };
  auto by = [&](std::string_view key, std::string_view service) {
    return cat("AWS4-HMAC-SHA256 Credential=", key, "/20260101/r/", service, "/aws4_request, SignedHeaders=host, Signature=0");
  };
  const auto& known = world_.credentials().access_key;
  EXPECT_GE(bound("/shop/k", by(known, "s3")), longest_object);
  EXPECT_EQ(bound("/shop/k", by(known, "ecs")), 1000U);
  EXPECT_EQ(bound("/shop/k", by("AKIANOBODY", "s3")), 1000U);
  EXPECT_EQ(bound("/shop/k", ""), 1000U);
  Pairs headers{{"Host", "localhost"}};
  std::vector<HeaderView> views(headers.begin(), headers.end());
  auto link = presign({"PUT", "/shop/k", views, ""}, world_.credentials(), "r", "s3", world_.clock().now(), std::chrono::minutes(1), cache_);
  EXPECT_GE(bound(link, ""), longest_object);
  auto refuse = body_bound_of("/shop/k", by(known, "s3"), world_.keys(), 1000).refuse;
  ASSERT_TRUE(refuse);
  EXPECT_EQ(code_of(refuse()), "EntityTooLarge");
}

}  // namespace
}  // namespace roadstead
