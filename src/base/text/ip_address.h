// Which texts are addresses of machines. Pure; any thread. Source: RFC 791, RFC 4291 without zones and embedded IPv4.
#pragma once

#include <string_view>

namespace roadstead {

/// "127.0.0.1": four numbers up to 255 without leading zeros.
bool is_ipv4(std::string_view text);

/// "2001:db8::1".
bool is_ipv6(std::string_view text);

}  // namespace roadstead
