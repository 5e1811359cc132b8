// Docker's default seccomp profile as a table: which system calls a container may make, and which capability opens
// more. It is data, not code: seccomp.cc compiles it. Names that an architecture does not have are skipped.
#pragma once

#include <string_view>
#include <vector>

namespace roadstead {

/// System calls that are allowed to everybody, or to holders of one capability.
struct SeccompGroup {
  /// Without CAP_; empty: everybody.
  std::string_view capability;
  /// Names separated by white space.
  std::string_view calls;
};

const std::vector<SeccompGroup>& seccomp_groups();

/// `personality` is allowed with just these values of its argument.
inline constexpr unsigned long long seccomp_personalities[] = {0x0, 0x0008, 0x20000, 0x20008, 0xffffffff};

/// `socket` is allowed for all families but this one (AF_VSOCK reaches the hypervisor).
inline constexpr unsigned long long seccomp_forbidden_family = 40;

/// `clone` without CAP_SYS_ADMIN may set none of these flags (all CLONE_NEW*); `clone3`, whose flags a filter cannot
/// see, then fails with ENOSYS so that C libraries use clone.
inline constexpr unsigned long long seccomp_namespace_flags = 0x7E020000;

}  // namespace roadstead
