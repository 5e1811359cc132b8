#include "base/data/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/data/encode.h"
#include "base/result/result.h"

namespace roadstead {

namespace {

constexpr std::size_t digest_size = SHA256_DIGEST_LENGTH;
constexpr std::size_t block_size = 64;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string out(digest_size, '\0');
  SHA256(bytes_of(bytes), bytes.size(), reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

std::string hmac_sha256(std::string_view key, std::string_view message) {
  // RFC 2104 over the one-shot SHA-256: OpenSSL 3's HMAC() fetches its algorithm anew at each call, seven times slower
  // (reference/limits.md §3.2).
  std::string block(key.size() > block_size ? sha256(key) : std::string(key));
  block.resize(block_size, '\0');
  std::string inner(block_size, '\0');
  std::string outer(block_size, '\0');
  for (std::size_t i = 0; i < block_size; ++i) {
    inner[i] = static_cast<char>(block[i] ^ 0x36);
    outer[i] = static_cast<char>(block[i] ^ 0x5c);
  }
  inner.append(message);
  return sha256(outer + sha256(inner));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1, "OpenSSL always has SHA-256");
}

Sha256::~Sha256() { EVP_MD_CTX_free(state_->context); }

void Sha256::update(std::string_view bytes) { EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()); }

std::string Sha256::finish_hex() {
  std::string out(digest_size, '\0');
  EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(out.data()), nullptr);
  return to_hex(out);
}

}  // namespace roadstead
