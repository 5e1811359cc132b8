// Checksums as clients of S3 send them: CRC32, CRC32C, CRC64NVME, MD5, SHA-1, as the raw bytes that the wire has in base64.
// They find what broke on the way; none of them here protects against anybody. Pure; any thread.
// Source: reference/neighbour-apis.md §3.9.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace roadstead {

/// CRC-32 (IEEE 802.3) as 4 bytes, the highest first.
std::string crc32(std::string_view bytes);

/// CRC-32C (Castagnoli) as 4 bytes, the highest first.
std::string crc32c(std::string_view bytes);

/// CRC-64/NVME as 8 bytes, the highest first.
std::string crc64nvme(std::string_view bytes);

/// The 16 bytes of MD5.
std::string md5(std::string_view bytes);

/// The 20 bytes of SHA-1.
std::string sha1(std::string_view bytes);

/// The checksum of bytes that arrive in pieces, such as an object that is too long for the memory. One thread.
class RunningChecksum {
 public:
  virtual ~RunningChecksum() = default;
  virtual void update(std::string_view bytes) = 0;

  /// The raw bytes of the checksum. To be called once, at the end.
  virtual std::string finish() = 0;
};

/// Of an algorithm as S3 calls it: CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256. Null for any other.
std::unique_ptr<RunningChecksum> start_checksum(std::string_view algorithm);

}  // namespace roadstead
