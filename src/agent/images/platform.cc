#include <sys/utsname.h>

#include "agent/images/port.h"
#include "base/text/text.h"

namespace roadstead {

Platform host_platform() {
  utsname host{};
  ::uname(&host);
  std::string_view machine = host.machine;
  if (machine == "aarch64" || machine == "arm64") return {.architecture = "arm64", .variant = "v8"};
  if (machine == "x86_64") return {.architecture = "amd64"};
  return {.architecture = std::string(machine)};
}

Platform platform_of_cpu_architecture(std::string_view text) {
  if (equal_ignoring_case(text, "ARM64")) return {.architecture = "arm64", .variant = "v8"};
  if (equal_ignoring_case(text, "X86_64")) return {.architecture = "amd64"};
  return host_platform();
}

std::string to_string(const Platform& platform) {
  auto text = cat(platform.os, '/', platform.architecture);
  return platform.variant.empty() || platform.variant == "v8" ? text : cat(text, '/', platform.variant);
}

}  // namespace roadstead
