#include <sys/utsname.h>

#include <algorithm>

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

Result<Platform> parse_platform(std::string_view text) {
  auto parts = split(text, '/');
  bool empty_part = std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); });
  if (parts.size() < 2 || parts.size() > 3 || empty_part) {
    return Error{"InvalidPlatform", cat("A platform is written as linux/arm64 or linux/amd64, not as ", text, '.')};
  }
  Platform platform{.os = std::string(parts[0]), .architecture = std::string(parts[1])};
  if (parts.size() == 3) platform.variant = parts[2];
  if (platform.architecture == "arm64" && platform.variant.empty()) platform.variant = "v8";
  return platform;
}

}  // namespace roadstead
