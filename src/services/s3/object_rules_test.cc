#include "services/s3/object_rules.h"

#include <gtest/gtest.h>

#include "base/data/checksum.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead::s3 {
namespace {

std::string code_of(const Status& status) { return status ? "" : status.error().code; }

TEST(ObjectRules, NamesOfBuckets) {
  for (const char* name : {"abc", "my.bucket-1", "1bucket", "a-b", "127.0.0.x"}) EXPECT_EQ(code_of(check_bucket_name(name)), "") << name;
  for (const char* name : {"", "ab", "Abc", "a_b", "-abc", "abc-", "a..b", "127.0.0.1", "xn--abc", "a/b", "abc."}) {
    EXPECT_EQ(code_of(check_bucket_name(name)), "InvalidBucketName") << name;
  }
  EXPECT_EQ(code_of(check_bucket_name(std::string(63, 'a'))), "");
  EXPECT_EQ(code_of(check_bucket_name(std::string(64, 'a'))), "InvalidBucketName");
}

TEST(ObjectRules, ChecksumsAreCompared) {
  for (const auto& [algorithm, value] : ObjectChecksums{{"CRC32", "y/Q5Jg=="}, {"CRC32C", "4waSgw=="}, {"CRC64NVME", "rosUhgp5mIg="}}) {
    auto checked = check_checksums({{algorithm, value}}, "123456789");
    ASSERT_TRUE(checked) << algorithm;
    EXPECT_EQ(*checked, (ObjectChecksums{{algorithm, value}}));
    EXPECT_EQ(check_checksums({{algorithm, value}}, "12345678").error().code, "BadDigest");
  }
  EXPECT_EQ(check_checksums({{"CRC32", "AAA="}}, "x").error().code, "InvalidRequest");
  EXPECT_EQ(check_checksums({{"CRC32", "no base64"}}, "x").error().code, "InvalidRequest");
  EXPECT_EQ(check_checksums({{"XXHASH64", "AAAAAAAAAAA="}}, "x").error().code, "NotImplemented");
  EXPECT_EQ(check_checksums({{"CRC32", "y/Q5Jg=="}, {"SHA1", "x"}}, "123456789").error().code, "InvalidRequest");
  EXPECT_EQ(*check_checksums({}, "123456789"), (ObjectChecksums{{"CRC64NVME", "rosUhgp5mIg="}}));
}

TEST(ObjectRules, ContentMd5) {
  EXPECT_EQ(code_of(check_content_md5(to_base64(md5("hello")), "hello")), "");
  EXPECT_EQ(code_of(check_content_md5(to_base64(md5("hello")), "hallo")), "BadDigest");
  EXPECT_EQ(code_of(check_content_md5("abc", "hello")), "InvalidDigest");
}

TEST(ObjectRules, Ranges) {
  auto range = [](std::string_view header, std::int64_t size) -> std::string {
    auto found = parse_range(header, size);
    if (!found) return found.error().code;
    return *found ? cat((*found)->first, '+', (*found)->size) : std::string("all");
  };
  EXPECT_EQ(range("bytes=0-0", 10), "0+1");
  EXPECT_EQ(range("bytes=2-5", 10), "2+4");
  EXPECT_EQ(range("bytes=2-", 10), "2+8");
  EXPECT_EQ(range("bytes=2-99", 10), "2+8");
  EXPECT_EQ(range("bytes=-3", 10), "7+3");
  EXPECT_EQ(range("bytes=-30", 10), "0+10");
  for (const char* ignored : {"", "items=0-1", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=0-1,3-4", "bytes=1"}) {
    EXPECT_EQ(range(ignored, 10), "all") << ignored;
  }
  EXPECT_EQ(range("bytes=10-", 10), "InvalidRange");
  EXPECT_EQ(range("bytes=-0", 10), "InvalidRange");
  EXPECT_EQ(range("bytes=0-", 0), "InvalidRange");
  EXPECT_EQ(range("bytes=0-9223372036854775807", 10), "0+10");
}

TEST(ObjectRules, Conditions) {
  auto at = Instant::from_seconds(1000);
  auto check = [&](ObjectConditions conditions) { return code_of(check_conditions(conditions, "tag", at)); };
  EXPECT_EQ(check({}), "");
  EXPECT_EQ(check({.if_match = "\"tag\"", .if_none_match = {}, .if_modified_since = {}, .if_unmodified_since = {}}), "");
  ObjectConditions conditions;
  conditions.if_match = "\"other\"";
  EXPECT_EQ(check(conditions), "PreconditionFailed");
  conditions = {};
  conditions.if_none_match = "\"other\", \"tag\"";
  EXPECT_EQ(check(conditions), "NotModified");
  conditions = {};
  conditions.if_modified_since = at;
  EXPECT_EQ(check(conditions), "NotModified");
  conditions.if_modified_since = Instant::from_seconds(999);
  EXPECT_EQ(check(conditions), "");
  conditions = {};
  conditions.if_unmodified_since = Instant::from_seconds(999);
  EXPECT_EQ(check(conditions), "PreconditionFailed");
  conditions.if_match = "tag";
  EXPECT_EQ(check(conditions), "") << "an entity tag says more than a time";
}

TEST(ObjectRules, EntityTags) {
  EXPECT_TRUE(matches_etag("*", "tag"));
  EXPECT_TRUE(matches_etag("tag", "tag"));
  EXPECT_TRUE(matches_etag("\"a\", \"tag\"", "tag"));
  EXPECT_FALSE(matches_etag("\"a\"", "tag"));
  EXPECT_FALSE(matches_etag("", "tag"));
}

}  // namespace
}  // namespace roadstead::s3
