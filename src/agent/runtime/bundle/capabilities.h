// Linux capabilities by name: Docker's 14 defaults, and what a container gets after adding and dropping. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// A set of capabilities, bit n for capability number n, as in /proc/<pid>/status.
using CapabilitySet = std::uint64_t;

/// The bit of "CAP_CHOWN" or "CHOWN" in any case; 0 for a name that is none.
CapabilitySet capability_bit(std::string_view name);

/// The names in `set` with CAP_, in the order of their numbers.
std::vector<std::string> capability_names(CapabilitySet set);

/// Docker's default 14.
CapabilitySet default_capabilities();

/// What a container gets: the defaults, plus `add`, minus `drop`, never more than `available` (this process's bounding
/// set). "ALL" stands for all of them; `drop` ALL then `add` some gives just those, as Docker does. Fails with
/// CannotStartContainerError on a name that is none.
Result<CapabilitySet> choose_capabilities(
    const std::vector<std::string>& add, const std::vector<std::string>& drop, bool privileged, CapabilitySet available
);

/// The bounding set of this process, read from a /proc/self/status text.
CapabilitySet parse_bounding_set(std::string_view status);

}  // namespace roadstead
