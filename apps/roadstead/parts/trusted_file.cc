#include "trusted_file.h"

#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"

namespace roadstead {

std::string trusted_file(const std::string& name) {
  auto own = name == "roadstead" ? std::string() : cat("-", name);
  return cat("/usr/local/share/ca-certificates/roadstead", own, ".crt");
}

Status trust_authority(const std::string& name, const std::string& pem) {
  TRY(write_file_atomic(trusted_file(name), pem, 0644));
  TRY(run_ok({.argv = {"update-ca-certificates"}}));
  return Done{};
}

Status distrust_authority(const std::string& name, const std::string& pem) {
  auto file = trusted_file(name);
  auto known = read_file(file);
  if (!known || *known != pem) return Done{};
  TRY(remove_file(file));
  // Without this word the links to a file that went stay until another one comes.
  TRY(run_ok({.argv = {"update-ca-certificates", "--fresh"}}));
  return Done{};
}

}  // namespace roadstead
