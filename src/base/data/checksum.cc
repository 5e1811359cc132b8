#include "base/data/checksum.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "base/result/result.h"

namespace roadstead {

namespace {

/// What each byte does to a checksum whose polynomial is `polynomial`, bits reversed.
template <class Word>
constexpr std::array<Word, 256> table_of(Word polynomial) {
  std::array<Word, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    Word word = static_cast<Word>(byte);
    for (int bit = 0; bit < 8; ++bit) word = (word & 1) != 0 ? (word >> 1) ^ polynomial : word >> 1;
    table[byte] = word;
  }
  return table;
}

constexpr auto ieee_table = table_of<std::uint32_t>(0xedb88320U);
constexpr auto castagnoli_table = table_of<std::uint32_t>(0x82f63b78U);
constexpr auto nvme_table = table_of<std::uint64_t>(0x9a6c9329ac4bc9b5ULL);

template <class Word>
std::string checksum(const std::array<Word, 256>& table, std::string_view bytes) {
  Word word = ~Word{0};
  for (char c : bytes) word = table[(word ^ static_cast<unsigned char>(c)) & 0xff] ^ (word >> 8);
  word = ~word;
  std::string out(sizeof(Word), '\0');
  for (std::size_t at = 0; at < sizeof(Word); ++at) {
    out[at] = static_cast<char>((word >> (8 * (sizeof(Word) - 1 - at))) & 0xff);
  }
  return out;
}

std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::string out(static_cast<std::size_t>(EVP_MD_get_size(algorithm)), '\0');
  int done = EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, algorithm, nullptr);
  CHECK(done == 1, "OpenSSL has MD5 and SHA-1");
  return out;
}

}  // namespace

std::string crc32(std::string_view bytes) { return checksum(ieee_table, bytes); }

std::string crc32c(std::string_view bytes) { return checksum(castagnoli_table, bytes); }

std::string crc64nvme(std::string_view bytes) { return checksum(nvme_table, bytes); }

std::string md5(std::string_view bytes) { return digest(EVP_md5(), bytes); }

std::string sha1(std::string_view bytes) { return digest(EVP_sha1(), bytes); }

}  // namespace roadstead
