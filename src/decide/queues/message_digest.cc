#include "decide/queues/message_digest.h"

#include <cstdint>

#include "base/data/checksum.h"
#include "base/data/encode.h"

namespace roadstead {

namespace {

constexpr char text_form = 1;
constexpr char bytes_form = 2;

void append_sized(std::string& out, std::string_view piece) {
  auto size = static_cast<std::uint32_t>(piece.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>((size >> shift) & 0xff));
  out.append(piece);
}

template <class Attributes>
std::optional<std::string> digest_of(const Attributes& attributes) {
  if (attributes.empty()) return std::nullopt;
  std::string bytes;
  for (const auto& [name, attribute] : attributes) {
    bool binary = attribute.data_type.starts_with("Binary");
    append_sized(bytes, name);
    append_sized(bytes, attribute.data_type);
    bytes.push_back(binary ? bytes_form : text_form);
    append_sized(bytes, (binary ? attribute.binary_value : attribute.string_value).value_or(""));
  }
  return to_hex(md5(bytes));
}

}  // namespace

std::string digest_of_body(std::string_view body) { return to_hex(md5(body)); }

std::optional<std::string> digest_of_attributes(const MessageAttributes& attributes) { return digest_of(attributes); }

std::optional<std::string> digest_of_attributes(const MessageSystemAttributes& attributes) { return digest_of(attributes); }

}  // namespace roadstead
