// Text forms of bytes: hexadecimal, base64, percent-encoding; and a check that bytes are UTF-8. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roadstead {

/// Two lower-case digits a byte.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

/// Standard base64 with padding. `from_base64` takes padded text of that alphabet only.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

/// RFC 3986: all but A-Z a-z 0-9 - . _ ~ become %XX; '/' stays when `keep_slash`.
std::string percent_encode(std::string_view text, bool keep_slash = false);

/// Undoes %XX, and '+' as a space when `plus_is_space` (form bodies). Nothing on a broken escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

/// Whether `bytes` are well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view bytes);

}  // namespace roadstead
