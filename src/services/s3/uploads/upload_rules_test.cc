#include "services/s3/uploads/upload_rules.h"

#include <gtest/gtest.h>

#include "base/data/checksum.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead::s3 {
namespace {

class UploadRulesTest : public testing::Test {
 protected:
  /// A part of an upload by CRC32; `letter` stands for its bytes.
  void come(std::int32_t number, char letter, std::int64_t size = shortest_part) {
    UploadPartRow row;
    row.upload_id = "u";
    row.part_number = number;
    row.content_sha256 = std::string(1, letter);
    row.size = size;
    row.etag = to_hex(md5(std::string(1, letter)));
    row.checksums = {{"CRC32", to_base64(crc32(std::string(1, letter)))}};
    parts.push_back(std::make_shared<const UploadPartRow>(std::move(row)));
  }

  static CompletedPart listed(std::int32_t number, char letter) {
    CompletedPart part;
    part.part_number = number;
    part.e_tag = cat('"', to_hex(md5(std::string(1, letter))), '"');
    part.checksum_crc32 = to_base64(crc32(std::string(1, letter)));
    return part;
  }

  std::string refused(const std::vector<CompletedPart>& list) const {
    auto chosen = choose_parts(upload, parts, list);
    return chosen ? cat(chosen->size(), " parts") : chosen.error().code;
  }

  MultipartUploadRow upload{.upload_id = "u", .bucket_name = "b", .object_key = "k"};
  UploadParts parts;
};

TEST_F(UploadRulesTest, ChoosesTheListedPartsInTheirOrder) {
  come(2, 'a');
  come(5, 'b');
  come(9, 'c', 1);
  EXPECT_EQ(refused({listed(2, 'a'), listed(5, 'b'), listed(9, 'c')}), "3 parts");
  EXPECT_EQ(refused({listed(5, 'b')}), "1 parts");
  EXPECT_EQ(refused({listed(9, 'c')}), "1 parts");
  EXPECT_EQ(size_of(parts), 2 * shortest_part + 1);
}

TEST_F(UploadRulesTest, RefusesListsThatCannotBe) {
  come(1, 'a');
  come(2, 'b', shortest_part - 1);
  come(3, 'c');
  EXPECT_EQ(refused({}), "MalformedXML");
  EXPECT_EQ(refused({listed(3, 'c'), listed(1, 'a')}), "InvalidPartOrder");
  EXPECT_EQ(refused({listed(1, 'a'), listed(1, 'a')}), "InvalidPartOrder");
  EXPECT_EQ(refused({listed(1, 'b')}), "InvalidPart");
  EXPECT_EQ(refused({listed(4, 'a')}), "InvalidPart");
  EXPECT_EQ(refused({CompletedPart{.part_number = 1}}), "InvalidPart");
  auto any = listed(1, 'a');
  any.e_tag = "*";
  EXPECT_EQ(refused({any}), "InvalidPart");
  auto other = listed(1, 'a');
  other.checksum_crc32 = "AAAAAA==";
  EXPECT_EQ(refused({other}), "InvalidPart");
  EXPECT_EQ(refused({listed(1, 'a'), listed(2, 'b'), listed(3, 'c')}), "EntityTooSmall");
  EXPECT_EQ(refused({listed(1, 'a'), listed(2, 'b')}), "2 parts");
}

TEST_F(UploadRulesTest, ACompositeChecksumWantsThatOfEachPart) {
  come(1, 'a');
  auto bare = listed(1, 'a');
  bare.checksum_crc32.reset();
  EXPECT_EQ(refused({bare}), "1 parts");
  upload.checksum_algorithm = "CRC32";
  upload.checksum_type = "COMPOSITE";
  EXPECT_EQ(refused({bare}), "InvalidRequest");
  EXPECT_EQ(refused({listed(1, 'a')}), "1 parts");
}

TEST_F(UploadRulesTest, TagsAndCompositeChecksumsAreOfTheParts) {
  come(1, 'a');
  come(2, 'b');
  EXPECT_EQ(etag_of(parts), cat(to_hex(md5(md5("a") + md5("b"))), "-2"));
  EXPECT_EQ(composite_checksum("CRC32", parts), cat(to_base64(crc32(crc32("a") + crc32("b"))), "-2"));
}

TEST(UploadChecksums, TheTypeGoesWithTheAlgorithm) {
  auto type = [](std::optional<std::string> algorithm, std::optional<std::string> wanted) {
    auto chosen = choose_checksum({std::move(algorithm), std::move(wanted)});
    return chosen ? chosen->type.value_or("none") : chosen.error().code;
  };
  EXPECT_EQ(type({}, {}), "none");
  EXPECT_EQ(type({}, "COMPOSITE"), "InvalidRequest");
  EXPECT_EQ(type("CRC32", {}), "COMPOSITE");
  EXPECT_EQ(type("CRC32C", "FULL_OBJECT"), "FULL_OBJECT");
  EXPECT_EQ(type("CRC64NVME", {}), "FULL_OBJECT");
  EXPECT_EQ(type("CRC64NVME", "COMPOSITE"), "InvalidRequest");
  EXPECT_EQ(type("SHA256", {}), "COMPOSITE");
  EXPECT_EQ(type("SHA1", "FULL_OBJECT"), "InvalidRequest");
  EXPECT_EQ(type("XXHASH64", {}), "NotImplemented");
}

TEST_F(UploadRulesTest, APartComesWithTheChecksumOfItsUpload) {
  auto allowed = [&](const ObjectChecksums& given) { return check_part_algorithm(upload, given).has_value(); };
  EXPECT_TRUE(allowed({}));
  EXPECT_TRUE(allowed({{"SHA1", "x"}}));
  upload.checksum_algorithm = "CRC32";
  upload.checksum_type = "COMPOSITE";
  EXPECT_FALSE(allowed({}));
  EXPECT_FALSE(allowed({{"SHA1", "x"}}));
  EXPECT_TRUE(allowed({{"CRC32", "x"}}));
  upload.checksum_type = "FULL_OBJECT";
  EXPECT_TRUE(allowed({}));
  EXPECT_EQ(part_algorithm(upload), "CRC32");
}

TEST_F(UploadRulesTest, WhatIsSaidOfTheWholeObjectMustBeSo) {
  auto plan = plan_object_checksum(upload, {}, {});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->algorithm, "CRC64NVME");
  EXPECT_FALSE(plan->composite);
  EXPECT_TRUE(check_object_checksum(*plan, "anything"));

  auto at_the_end = plan_object_checksum(upload, {{"CRC32", "told"}}, "FULL_OBJECT");
  ASSERT_TRUE(at_the_end);
  EXPECT_EQ(at_the_end->algorithm, "CRC32");
  EXPECT_TRUE(check_object_checksum(*at_the_end, "told"));
  EXPECT_EQ(check_object_checksum(*at_the_end, "other").error().code, "BadDigest");

  upload.checksum_algorithm = "SHA256";
  upload.checksum_type = "COMPOSITE";
  auto composite = plan_object_checksum(upload, {{"SHA256", "sum"}}, {});
  ASSERT_TRUE(composite);
  EXPECT_TRUE(check_object_checksum(*composite, "sum-2"));
  EXPECT_FALSE(check_object_checksum(*composite, "sun-2"));
  EXPECT_EQ(plan_object_checksum(upload, {}, "FULL_OBJECT").error().code, "InvalidRequest");
  EXPECT_EQ(plan_object_checksum(upload, {{"SHA1", "sum"}}, {}).error().code, "InvalidRequest");
}

TEST(PartNumbers, AreOneToTenThousand) {
  EXPECT_TRUE(check_part_number(1));
  EXPECT_TRUE(check_part_number(10'000));
  EXPECT_FALSE(check_part_number(0));
  EXPECT_FALSE(check_part_number(10'001));
}

}  // namespace
}  // namespace roadstead::s3
