// JSON with numbers as people write them. Boost's serializer writes 0.25 as 2.5E-1, which is JSON too, but which scripts that
// look at metadata with grep and sed do not know. Pure; any thread.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace roadstead {

/// As boost::json::serialize, but 0.25 is `0.25` and 0.0 is `0`; only what is above 1e21 or below 1e-6 has an exponent, as in
/// JavaScript.
std::string serialize_plain(const boost::json::value& value);

}  // namespace roadstead
