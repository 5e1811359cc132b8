#include "services/s3/copy_source.h"

#include <gtest/gtest.h>

#include "base/text/text.h"

namespace roadstead::s3 {
namespace {

std::string source(std::string_view text) {
  auto parts = parse_copy_source(text);
  return parts ? cat(parts->bucket, " has ", parts->key) : parts.error().code;
}

std::string range(std::string_view text, std::int64_t object_size) {
  auto parsed = parse_copy_range(text, object_size);
  return parsed ? cat(parsed->first, '+', parsed->size) : parsed.error().message;
}

TEST(CopySource, NamesABucketAndAKey) {
  EXPECT_EQ(source("b/k"), "b has k");
  EXPECT_EQ(source("/b/k%20k/%C3%A9?versionId=null"), "b has k k/é");
  EXPECT_EQ(source("b"), "InvalidArgument");
  EXPECT_EQ(source("b/"), "InvalidArgument");
  EXPECT_EQ(source("//k"), "InvalidArgument");
  EXPECT_EQ(source("b/%ff"), "InvalidArgument");
  EXPECT_EQ(source("b/%"), "InvalidArgument");
  EXPECT_EQ(source("b/k?versionId=7"), "InvalidArgument");
}

TEST(CopyRange, HasBothEndsInsideTheObject) {
  EXPECT_EQ(range("bytes=0-9", 10), "0+10");
  EXPECT_EQ(range("bytes=9-9", 10), "9+1");
  EXPECT_EQ(range("bytes=0-10", 10), "Range specified is not valid for source object of size: 10");
  for (const auto* text : {"", "bytes=", "bytes=-5", "bytes=5-", "bytes=5", "bytes=5-4", "0-4", "bytes=a-4", "bytes=-1-4"}) {
    EXPECT_TRUE(range(text, 10).starts_with("The x-amz-copy-source-range value must be")) << text;
  }
}

}  // namespace
}  // namespace roadstead::s3
