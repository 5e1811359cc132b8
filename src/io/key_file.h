// A secret key in a file that only its owner reads: made once, read at every start. Any thread; blocks.
// Which key it is for, and what is lost with it, is the caller's matter (docs/formats/secrets.md).
#pragma once

#include <string>

#include "base/result/result.h"

namespace roadstead {

/// Bytes of a key.
constexpr std::size_t key_file_bytes = 32;

/// The key in `path`, 32 bytes written as 64 hexadecimal digits and a newline. Errors: KeyMissing, there is no such file;
/// KeyUnreadable, it does not hold a key, or others than its owner may read it.
Result<std::string> read_key_file(const std::string& path);

/// Makes `path` (mode 0600, with its directory, 0700) with a new random key, synced, and gives the key. Never replaces a
/// file: then KeyUnreadable.
Result<std::string> make_key_file(const std::string& path);

}  // namespace roadstead
