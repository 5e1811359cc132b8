// Hostile environment files: nothing may crash, and what a container gets are variables with a name and without NUL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "decide/objects/env_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto variables = roadstead::parse_env_file({reinterpret_cast<const char*>(data), size});
  std::vector<std::string> environment{"PATH=/bin"};
  roadstead::merge_env_files({variables, variables}, {"PATH"}, environment);
  if (environment.front() != "PATH=/bin") std::abort();
  for (const auto& entry : environment) {
    auto equals = entry.find('=');
    if (equals == 0 || equals == std::string::npos || entry.find('\0') != std::string::npos) std::abort();
  }
  return 0;
}
