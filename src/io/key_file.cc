#include "io/key_file.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/data/encode.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/system_ids.h"

namespace roadstead {

namespace {

Error unreadable(const std::string& path, std::string_view why) {
  return {"KeyUnreadable", cat("The key file ", path, ' ', why)};
}

std::string new_key() {
  SystemIds ids;
  std::string key;
  while (key.size() < key_file_bytes) {
    auto bits = ids.bits();
    for (int shift = 0; shift < 64; shift += 8) key.push_back(static_cast<char>((bits >> shift) & 0xFF));
  }
  return key;
}

}  // namespace

Result<std::string> read_key_file(const std::string& path) {
  if (!exists(path)) return Error{"KeyMissing", cat("There is no key file ", path, '.')};
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return system_error(errno, "open", path);
  constexpr mode_t of_others = S_IRWXG | S_IRWXO;
  if ((status.st_mode & of_others) != 0) {
    return unreadable(path, "can be read by others than its owner. If nobody else has read it: chmod 600 it.");
  }
  auto text = TRY(read_file(path, 4096));
  auto key = from_hex(trim(text));
  if (!key || key->size() != key_file_bytes) {
    return unreadable(path, "does not hold 64 hexadecimal digits. Put the file back from a backup.");
  }
  return *key;
}

Result<std::string> make_key_file(const std::string& path) {
  if (exists(path)) return unreadable(path, "is there already.");
  TRY(make_directories(path.substr(0, path.rfind('/')), 0700));
  auto key = new_key();
  TRY(write_file_atomic(path, cat(to_hex(key), '\n'), 0600));
  return key;
}

}  // namespace roadstead
