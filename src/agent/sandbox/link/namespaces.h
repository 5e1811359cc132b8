// Network namespaces: made, entered for a moment, kept alive by a file, and their sysctls.
//
// A namespace lives as long as a process is in it, a descriptor of it is open, or it is mounted on a file ("pinned").
// Entering changes the calling thread only and is always undone before the function returns. Any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/sandbox/link/netlink.h"
#include "base/result/result.h"

namespace roadstead {

/// Makes a namespace and calls `set_up` with the thread inside it.
/// Errors: NetworkUnavailable, or what `set_up` answered; the namespace is then gone.
Result<OwnedFd> make_namespace(const std::function<Status()>& set_up);

/// Calls `use` with the thread inside the namespace `fd`.
Status inside_namespace(int fd, const std::function<Status()>& use);

/// Mounts the namespace `fd` on the file `path`, which is created. Errors: NetworkUnavailable.
Status pin_namespace(int fd, const std::string& path);

/// Takes the mount and the file away; nothing there is fine. Processes inside keep their namespace.
Status unpin_namespace(const std::string& path);

/// Whether `path` is a file with a namespace mounted on it.
bool is_pinned(const std::string& path);

/// Opens a pinned namespace. Errors: NetworkUnavailable.
Result<OwnedFd> open_namespace(const std::string& path);

/// Writes a value below /proc/sys of the namespace the thread is in: `write_sysctl("net/ipv4/ip_forward", "1")`.
Status write_sysctl(std::string_view name, std::string_view value);

/// Reads one, without white space around it.
Result<std::string> read_sysctl(std::string_view name);

}  // namespace roadstead
