// Sealing: bytes that nobody reads or changes without the key, as text for a row. AES-256-GCM, by OpenSSL.
//
//   "1:" <8 hexadecimal digits that name the key> ":" <base64 of nonce (12 bytes), ciphertext, tag (16 bytes)>
//
// What is sealed is bound to a context, any text that says whose value it is, so that a sealed text moved to another row
// does not open. Pure functions of their input and an Ids; any thread. Where the key comes from: io/key_file.h.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/id/id.h"
#include "base/result/result.h"

namespace roadstead {

/// 32 secret bytes, and the public name by which a sealed text says which key it needs. Forgets the bytes when it goes.
class SealingKey {
 public:
  /// A key of exactly 32 bytes. Errors: InvalidKey.
  static Result<SealingKey> from_bytes(std::string_view bytes);

  SealingKey(const SealingKey&) = default;
  SealingKey& operator=(const SealingKey&) = default;
  ~SealingKey();

  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

  /// Eight hexadecimal digits, which tell nothing about the bytes.
  const std::string& name() const { return name_; }

 private:
  SealingKey() = default;

  std::array<char, 32> bytes_{};
  std::string name_;
};

/// Seals `plain` for `context`. The nonce comes from `ids`, which in the server are the kernel's random bits.
std::string seal(const SealingKey& key, Ids& ids, std::string_view context, std::string_view plain);

/// What was sealed. Errors: DecryptionFailure, for a text of another key or context, or one that was changed. The message
/// holds nothing of the value.
Result<std::string> unseal(const SealingKey& key, std::string_view context, std::string_view sealed);

}  // namespace roadstead
