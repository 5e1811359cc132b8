// SHA-256 and HMAC-SHA-256, by OpenSSL. Pure functions of their input; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace roadstead {

/// The 32 raw bytes of SHA-256.
std::string sha256(std::string_view bytes);

/// SHA-256 as 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// The 32 raw bytes of HMAC-SHA-256.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// Whether two texts are equal, in a time that does not depend on where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// SHA-256 of bytes that arrive in pieces, such as an image layer. One thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);

  /// The digest in hexadecimal. To be called once, at the end.
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roadstead
