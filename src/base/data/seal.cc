#include "base/data/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/data/encode.h"
#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::string_view version = "1:";

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Context new_context() {
  Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  CHECK(context != nullptr, "a cipher context is a small allocation");
  return context;
}

const unsigned char* in(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

unsigned char* out(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

int length(std::string_view bytes) { return static_cast<int>(bytes.size()); }

std::string new_nonce(Ids& ids) {
  std::string nonce;
  while (nonce.size() < nonce_size) {
    auto bits = ids.bits();
    for (int shift = 0; shift < 64 && nonce.size() < nonce_size; shift += 8) {
      nonce.push_back(static_cast<char>((bits >> shift) & 0xFF));
    }
  }
  return nonce;
}

Error cannot_open(std::string_view why) { return {"DecryptionFailure", cat("The stored value cannot be decrypted: ", why)}; }

}  // namespace

Result<SealingKey> SealingKey::from_bytes(std::string_view bytes) {
  SealingKey key;
  if (bytes.size() != key.bytes_.size()) return Error{"InvalidKey", "A sealing key has 32 bytes."};
  std::ranges::copy(bytes, key.bytes_.begin());
  key.name_ = to_hex(hmac_sha256(bytes, "name of a sealing key")).substr(0, 8);
  return key;
}

SealingKey::~SealingKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::string seal(const SealingKey& key, Ids& ids, std::string_view context, std::string_view plain) {
  auto nonce = new_nonce(ids);
  std::string cipher(plain.size(), '\0');
  std::string tag(tag_size, '\0');
  auto work = new_context();
  int written = 0;
  bool sealed = EVP_EncryptInit_ex(work.get(), EVP_aes_256_gcm(), nullptr, in(key.bytes()), in(nonce)) == 1 &&
                EVP_EncryptUpdate(work.get(), nullptr, &written, in(context), length(context)) == 1 &&
                EVP_EncryptUpdate(work.get(), out(cipher), &written, in(plain), length(plain)) == 1 &&
                EVP_EncryptFinal_ex(work.get(), out(cipher) + written, &written) == 1 &&
                EVP_CIPHER_CTX_ctrl(work.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_size), tag.data()) == 1;
  CHECK(sealed, "OpenSSL always has AES-256-GCM, which takes any bytes");
  return cat(version, key.name(), ':', to_base64(cat(nonce, cipher, tag)));
}

Result<std::string> unseal(const SealingKey& key, std::string_view context, std::string_view sealed) {
  auto pieces = split(sealed, ':');
  if (pieces.size() != 3 || !sealed.starts_with(version)) return cannot_open("it is not a sealed value.");
  if (pieces[1] != key.name()) return cannot_open(cat("it was sealed with another key, ", pieces[1], '.'));
  auto bytes = from_base64(pieces[2]);
  if (!bytes || bytes->size() < nonce_size + tag_size) return cannot_open("it is cut short.");
  std::string_view all(*bytes);
  auto nonce = all.substr(0, nonce_size);
  auto cipher = all.substr(nonce_size, all.size() - nonce_size - tag_size);
  std::string tag(all.substr(all.size() - tag_size));
  std::string plain(cipher.size(), '\0');
  auto work = new_context();
  int written = 0;
  bool opened = EVP_DecryptInit_ex(work.get(), EVP_aes_256_gcm(), nullptr, in(key.bytes()), in(nonce)) == 1 &&
                EVP_DecryptUpdate(work.get(), nullptr, &written, in(context), length(context)) == 1 &&
                EVP_DecryptUpdate(work.get(), out(plain), &written, in(cipher), length(cipher)) == 1 &&
                EVP_CIPHER_CTX_ctrl(work.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_size), tag.data()) == 1 &&
                EVP_DecryptFinal_ex(work.get(), out(plain) + written, &written) == 1;
  if (!opened) return cannot_open("it was changed, or belongs to something else.");
  return plain;
}

}  // namespace roadstead
