// Files and directories as Results: read whole, replace whole, make, list, remove. Everything that must survive a power
// cut is written aside, synced and renamed. Any thread; blocks; paths are used as they are given, symlinks followed
// except by remove_tree. Errors are those of system_error (io/fd.h).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "io/fd.h"

namespace roadstead {

/// Opens `path` with O_CLOEXEC added to `flags`.
Result<Fd> open_file(const std::string& path, int flags, mode_t mode = 0600);

/// The whole content of a file. Refuses one of more than `max_bytes` with code TooLarge.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes = std::size_t{64} << 20);

/// Writes all of `bytes` to an open file.
Status write_all(int fd, std::string_view bytes);

/// Replaces `path` by a file of `bytes`, or leaves the old one: written to a sibling, synced, renamed, directory synced.
Status write_file_atomic(const std::string& path, std::string_view bytes, mode_t mode = 0600);

/// Writes `bytes` over a file that the kernel made (cgroup, sysfs, proc): opened for writing, one write, never created.
Status write_kernel_file(const std::string& path, std::string_view bytes);

/// Makes `path` and what is missing above it. Existing directories are success and keep their mode.
Status make_directories(const std::string& path, mode_t mode = 0755);

/// Removes `path` and all below it without following symlinks and without entering other mounts (Busy is returned for
/// a mount point). Nothing there is success.
Status remove_tree(const std::string& path);

/// Removes one file; nothing there is success.
Status remove_file(const std::string& path);

/// Renames and syncs both directories, so that after a power cut it is one or the other.
Status rename_durably(const std::string& from, const std::string& to);

/// Syncs a directory, so that names made or removed in it last.
Status sync_directory(const std::string& path);

/// The names in a directory, sorted, without "." and "..".
Result<std::vector<std::string>> list_directory(const std::string& path);

/// Whether anything (also a dangling symlink) has this name.
bool exists(const std::string& path);

/// The bytes that a tree occupies on disk (each inode once, blocks counted as the kernel does). Symlinks not followed.
std::uint64_t disk_usage(const std::string& path);

/// A fresh directory `<parent>/<prefix>XXXXXX` that nobody else has.
Result<std::string> make_temporary_directory(const std::string& parent, std::string_view prefix);

}  // namespace roadstead
