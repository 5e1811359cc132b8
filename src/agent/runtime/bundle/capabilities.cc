#include "agent/runtime/bundle/capabilities.h"

#include <array>

#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::array<std::string_view, 41> names{
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
};

constexpr CapabilitySet all = (CapabilitySet{1} << names.size()) - 1;

Result<CapabilitySet> parse_list(const std::vector<std::string>& list) {
  CapabilitySet set = 0;
  for (const auto& name : list) {
    auto bit = equal_ignoring_case(name, "ALL") ? all : capability_bit(name);
    if (bit == 0) {
      return Error{
          "CannotStartContainerError", cat("invalid capability: unknown capability: \"CAP_", to_upper(name), '"')
      };
    }
    set |= bit;
  }
  return set;
}

}  // namespace

CapabilitySet capability_bit(std::string_view name) {
  auto upper = to_upper(name);
  std::string_view bare = upper;
  if (bare.starts_with("CAP_")) bare.remove_prefix(4);
  for (std::size_t number = 0; number < names.size(); ++number) {
    if (names[number] == bare) return CapabilitySet{1} << number;
  }
  return 0;
}

std::vector<std::string> capability_names(CapabilitySet set) {
  std::vector<std::string> chosen;
  for (std::size_t number = 0; number < names.size(); ++number) {
    if ((set >> number & 1) != 0) chosen.push_back(cat("CAP_", names[number]));
  }
  return chosen;
}

CapabilitySet default_capabilities() {
  CapabilitySet set = 0;
  for (auto name :
       {"CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
        "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"}) {
    set |= capability_bit(name);
  }
  return set;
}

Result<CapabilitySet> choose_capabilities(
    const std::vector<std::string>& add, const std::vector<std::string>& drop, bool privileged, CapabilitySet available
) {
  if (privileged) return available & all;
  auto added = TRY(parse_list(add));
  auto dropped = TRY(parse_list(drop));
  if (added == all) return all & ~dropped & available;
  if (dropped == all) return added & available;
  return ((default_capabilities() & ~dropped) | added) & available;
}

CapabilitySet parse_bounding_set(std::string_view status) {
  for (auto line : split(status, '\n')) {
    if (!line.starts_with("CapBnd:")) continue;
    auto digits = trim(line.substr(7));
    CapabilitySet set = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), set, 16);
    return set;
  }
  return 0;
}

}  // namespace roadstead
