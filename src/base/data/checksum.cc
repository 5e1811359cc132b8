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
Word next(const std::array<Word, 256>& table, Word word, std::string_view bytes) {
  for (char c : bytes) word = table[(word ^ static_cast<unsigned char>(c)) & 0xff] ^ (word >> 8);
  return word;
}

/// The highest byte first, all bits turned over.
template <class Word>
std::string finished(Word word) {
  word = ~word;
  std::string out(sizeof(Word), '\0');
  for (std::size_t at = 0; at < sizeof(Word); ++at) {
    out[at] = static_cast<char>((word >> (8 * (sizeof(Word) - 1 - at))) & 0xff);
  }
  return out;
}

template <class Word>
std::string checksum(const std::array<Word, 256>& table, std::string_view bytes) {
  return finished(next(table, static_cast<Word>(~Word{0}), bytes));
}

template <class Word>
class RunningCrc final : public RunningChecksum {
 public:
  explicit RunningCrc(const std::array<Word, 256>& table) : table_(table) {}
  void update(std::string_view bytes) override { word_ = next(table_, word_, bytes); }
  std::string finish() override { return finished(word_); }

 private:
  const std::array<Word, 256>& table_;
  Word word_ = ~Word{0};
};

class RunningDigest final : public RunningChecksum {
 public:
  explicit RunningDigest(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new()), size_(EVP_MD_get_size(algorithm)) {
    CHECK(EVP_DigestInit_ex(context_, algorithm, nullptr) == 1, "OpenSSL has MD5, SHA-1 and SHA-256");
  }
  RunningDigest(const RunningDigest&) = delete;
  RunningDigest& operator=(const RunningDigest&) = delete;
  ~RunningDigest() override { EVP_MD_CTX_free(context_); }

  void update(std::string_view bytes) override { EVP_DigestUpdate(context_, bytes.data(), bytes.size()); }

  std::string finish() override {
    std::string out(static_cast<std::size_t>(size_), '\0');
    EVP_DigestFinal_ex(context_, reinterpret_cast<unsigned char*>(out.data()), nullptr);
    return out;
  }

 private:
  EVP_MD_CTX* context_;
  int size_;
};

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

std::unique_ptr<RunningChecksum> start_checksum(std::string_view algorithm) {
  if (algorithm == "CRC32") return std::make_unique<RunningCrc<std::uint32_t>>(ieee_table);
  if (algorithm == "CRC32C") return std::make_unique<RunningCrc<std::uint32_t>>(castagnoli_table);
  if (algorithm == "CRC64NVME") return std::make_unique<RunningCrc<std::uint64_t>>(nvme_table);
  if (algorithm == "MD5") return std::make_unique<RunningDigest>(EVP_md5());
  if (algorithm == "SHA1") return std::make_unique<RunningDigest>(EVP_sha1());
  if (algorithm == "SHA256") return std::make_unique<RunningDigest>(EVP_sha256());
  return nullptr;
}

}  // namespace roadstead
