#include "agent/images/emulation.h"

#include <algorithm>

#include "agent/images/port.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr std::size_t longest_entry = 4096;
constexpr std::string_view elf64_magic = "7f454c4602";
constexpr std::size_t machine_offset = 2 * 18;  // of e_machine in the header of an ELF file, in digits

/// What follows `name` on its line.
std::string_view line_of(std::string_view entry, std::string_view name) {
  for (auto line : split(entry, '\n')) {
    if (line.starts_with(name)) return trim(line.substr(name.size()));
  }
  return {};
}

}  // namespace

std::optional<std::string> parse_binfmt(std::string_view entry) {
  if (!entry.starts_with("enabled\n")) return std::nullopt;
  if (line_of(entry, "flags:").find('F') == std::string_view::npos || line_of(entry, "offset ") != "0") return std::nullopt;
  auto magic = line_of(entry, "magic ");
  if (!magic.starts_with(elf64_magic) || magic.size() < machine_offset + 4) return std::nullopt;
  auto machine = magic.substr(machine_offset, 4);
  if (machine == "b700") return "ARM64";
  if (machine == "3e00") return "X86_64";
  return std::nullopt;
}

std::vector<std::string> emulated_architectures(const std::string& directory) {
  std::vector<std::string> found;
  auto names = list_directory(directory);
  if (!names) return found;
  for (const auto& name : *names) {
    if (name == "register" || name == "status") continue;
    auto entry = read_file(cat(directory, '/', name), longest_entry);
    auto architecture = entry ? parse_binfmt(*entry) : std::nullopt;
    if (!architecture || platform_of_cpu_architecture(*architecture) == host_platform()) continue;
    if (std::ranges::find(found, *architecture) == found.end()) found.push_back(std::move(*architecture));
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace roadstead
