// Where new identifiers come from, and their shapes. The core draws bits from an Ids it is given, so that a simulation
// repeats exactly; the real source is io::SystemIds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roadstead {

/// A source of random bits. The state thread owns the one it uses.
class Ids {
 public:
  virtual ~Ids() = default;
  virtual std::uint64_t bits() = 0;
};

/// Repeats the same sequence for the same seed (SplitMix64). For tests and the simulation.
class SeededIds final : public Ids {
 public:
  explicit SeededIds(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() override;

 private:
  std::uint64_t state_;
};

/// `digits` lower-case hexadecimal digits; 32 of them are a task id.
std::string new_hex(Ids& ids, int digits);

/// A version 4 UUID, "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".
std::string new_uuid(Ids& ids);

/// A 19-digit decimal number, the form of deployment ids and service revisions.
std::string new_decimal(Ids& ids);

/// `size` characters of A-Z a-z 0-9 _ -, the form of service deployment ids (21) and session tokens.
std::string new_url_safe(Ids& ids, int size);

/// `size` characters of A-Z 2-7, the form of the tail of an access key id.
std::string new_base32(Ids& ids, int size);

}  // namespace roadstead
