#include "base/id/id.h"

namespace roadstead {

namespace {

std::string draw(Ids& ids, std::string_view alphabet, int size) {
  std::string out;
  out.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) out.push_back(alphabet[ids.bits() % alphabet.size()]);
  return out;
}

}  // namespace

std::uint64_t SeededIds::bits() {
  state_ += 0x9e3779b97f4a7c15U;
  auto mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

std::string new_hex(Ids& ids, int digits) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string out;
  out.reserve(static_cast<std::size_t>(digits));
  for (std::uint64_t word = 0; static_cast<int>(out.size()) < digits; word >>= 4) {
    if (out.size() % 16 == 0) word = ids.bits();
    out.push_back(alphabet[word & 15]);
  }
  return out;
}

std::string new_uuid(Ids& ids) {
  auto hex = new_hex(ids, 32);
  hex[12] = '4';
  hex[16] = "89ab"[ids.bits() & 3];
  for (auto at : {8U, 13U, 18U, 23U}) hex.insert(at, 1, '-');
  return hex;
}

std::string new_decimal(Ids& ids) {
  // 19 digits that fit a signed 64-bit number, first digit never 0.
  constexpr std::uint64_t lowest = 1'000'000'000'000'000'000U;
  constexpr std::uint64_t count = 8'000'000'000'000'000'000U;
  return std::to_string(lowest + ids.bits() % count);
}

std::string new_url_safe(Ids& ids, int size) {
  return draw(ids, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", size);
}

std::string new_base32(Ids& ids, int size) { return draw(ids, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", size); }

}  // namespace roadstead
