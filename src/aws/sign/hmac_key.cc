// The low-level SHA-256 calls are deprecated in OpenSSL 3 in favour of EVP, whose contexts cannot be kept by value; the
// state of a half-done hash is exactly what is needed here.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "aws/sign/hmac_key.h"

#include <openssl/sha.h>

#include <cstring>

namespace roadstead {

namespace {

constexpr std::size_t block_size = 64;

template <class HashState>
HashState started_with(const unsigned char* block) {
  static_assert(sizeof(HashState) == sizeof(SHA256_CTX));
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, block, block_size);
  HashState state;
  std::memcpy(state.data(), &context, sizeof context);
  return state;
}

template <class HashState>
Sha256Digest finished_with(const HashState& state, const void* bytes, std::size_t size) {
  SHA256_CTX context;
  std::memcpy(&context, state.data(), sizeof context);
  SHA256_Update(&context, bytes, size);
  Sha256Digest digest;
  SHA256_Final(digest.data(), &context);
  return digest;
}

}  // namespace

Sha256Digest fast_sha256(std::string_view bytes) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  Sha256Digest digest;
  SHA256_Final(digest.data(), &context);
  return digest;
}

void append_hex(std::string& out, const Sha256Digest& digest) {
  constexpr char digits[] = "0123456789abcdef";
  for (unsigned char byte : digest) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
}

std::string hex_of(const Sha256Digest& digest) {
  std::string out;
  out.reserve(2 * digest.size());
  append_hex(out, digest);
  return out;
}

HmacKey::HmacKey(std::string_view key) {
  unsigned char block[block_size] = {};
  if (key.size() > block_size) {
    auto digest = fast_sha256(key);
    std::memcpy(block, digest.data(), digest.size());
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  for (auto& byte : block) byte ^= 0x36;
  inner_ = started_with<HashState>(block);
  for (auto& byte : block) byte ^= 0x36 ^ 0x5c;
  outer_ = started_with<HashState>(block);
}

Sha256Digest HmacKey::mac(std::string_view message) const {
  auto inner = finished_with(inner_, message.data(), message.size());
  return finished_with(outer_, inner.data(), inner.size());
}

}  // namespace roadstead
