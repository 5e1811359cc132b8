#include "base/data/checksum.h"

#include <gtest/gtest.h>

#include "base/data/encode.h"
#include "base/data/hash.h"

namespace roadstead {

namespace {

// The check values of the catalogue of CRCs, and of RFC 1321 and RFC 3174.
TEST(Checksum, GivesTheCheckValues) {
  EXPECT_EQ(to_hex(crc32("123456789")), "cbf43926");
  EXPECT_EQ(to_hex(crc32c("123456789")), "e3069283");
  EXPECT_EQ(to_hex(crc64nvme("123456789")), "ae8b14860a799888");
  EXPECT_EQ(to_hex(md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(Checksum, OfNothing) {
  EXPECT_EQ(to_base64(crc32("")), "AAAAAA==");
  EXPECT_EQ(to_base64(crc64nvme("")), "AAAAAAAAAAA=");
  EXPECT_EQ(to_hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
}

TEST(Checksum, GoesOverEveryByte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_EQ(to_hex(crc32(all)), "29058c73");
  auto other = all;
  other[255] = 'x';
  EXPECT_NE(crc32c(all), crc32c(other));
  EXPECT_NE(crc64nvme(all), crc64nvme(other));
}

TEST(Checksum, InPiecesIsTheSameAsAtOnce) {
  std::string bytes(1000, 'q');
  auto of = [&](std::string_view algorithm) {
    auto running = start_checksum(algorithm);
    running->update(std::string_view(bytes).substr(0, 1));
    running->update("");
    running->update(std::string_view(bytes).substr(1));
    return running->finish();
  };
  EXPECT_EQ(of("CRC32"), crc32(bytes));
  EXPECT_EQ(of("CRC32C"), crc32c(bytes));
  EXPECT_EQ(of("CRC64NVME"), crc64nvme(bytes));
  EXPECT_EQ(of("MD5"), md5(bytes));
  EXPECT_EQ(of("SHA1"), sha1(bytes));
  EXPECT_EQ(of("SHA256"), sha256(bytes));
  EXPECT_EQ(start_checksum("XXHASH64"), nullptr);
}

}  // namespace
}  // namespace roadstead
