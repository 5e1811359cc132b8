// Scalars from their text or number forms, shared by all codecs. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "aws/model/type.h"
#include "base/time/time.h"

namespace roadstead {

/// Seconds since 1970 to the microsecond; nothing for NaN and what no calendar reaches.
std::optional<Instant> instant_from_seconds(double seconds);

/// A timestamp's text: ISO 8601, an HTTP date or epoch seconds. Readers are lenient whatever the format.
std::optional<Instant> parse_timestamp(std::string_view text);

/// Sets `value`, an object of a scalar `type` other than string and enumeration, from text as in forms, headers and
/// XML. False when the text is no such value.
bool scalar_from_text(const Type& type, std::string_view text, void* value);

/// The text of a scalar, as in XML. `format` of the member goes before the type's; `fallback` is the protocol's.
std::string scalar_to_text(const Type& type, TimestampFormat format, TimestampFormat fallback, const void* value);

}  // namespace roadstead
