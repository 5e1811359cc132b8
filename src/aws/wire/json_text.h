// The pieces of JSON text: strings, numbers and times appended to a buffer. It knows nothing of shapes. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/time/time.h"

namespace roadstead {

/// Appends `text` in quotes. Bytes that are not UTF-8 become U+FFFD, so that the output is always JSON.
void append_json_string(std::string& out, std::string_view text);

/// Appends a number; whole ones end in ".0". NaN and the infinities become the strings that Smithy gives them.
void append_json_double(std::string& out, double number);

/// Appends seconds since 1970 with at most three decimals, as AWS writes times: 1790000000.25.
void append_epoch_seconds(std::string& out, Instant at);

}  // namespace roadstead
