// Which programs for other processors this machine runs: those that the kernel hands to an emulator (binfmt_misc), as
// the packages qemu-user-static and qemu-user-binfmt arrange. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roadstead {

/// The CPU architecture (X86_64, ARM64) that one entry of binfmt_misc stands for. Nothing when it is switched off, is for
/// anything else, or names an interpreter that the kernel would look for inside of the container (without flag F).
/// Source: Documentation/admin-guide/binfmt-misc.rst of Linux.
std::optional<std::string> parse_binfmt(std::string_view entry);

/// Those of all entries that are registered now, each once, without this machine's own; empty when none can be read.
std::vector<std::string> emulated_architectures(const std::string& directory = "/proc/sys/fs/binfmt_misc");

}  // namespace roadstead
