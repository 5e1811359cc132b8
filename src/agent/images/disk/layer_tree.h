// The directory that a layer is unpacked into: makes files, links, nodes and whiteouts at paths that a stranger chose,
// and never outside. Knows nothing of tar. One thread a tree. Errors: InvalidImage, and those of io/fd.h.
#pragma once

#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result/result.h"
#include "io/fd.h"

namespace roadstead {

/// Owner, mode, time and extended attributes of one entry.
struct EntryStatus {
  uid_t uid = 0;
  gid_t gid = 0;
  mode_t mode = 0644;  // permission bits with set-user-id, set-group-id and sticky
  timespec modified{};
  std::vector<std::pair<std::string, std::string>> xattrs;  // those that may be set; others are left out by the reader
};

/// A path taken apart: "usr/bin" and "sh". An empty name is the root itself.
struct EntryPath {
  std::string parent;
  std::string name;
};

/// Takes a path of a tar apart: "./" and leading "/" do not count. InvalidImage for "..", NUL and overlong paths.
Result<EntryPath> parse_entry_path(std::string_view path);

class LayerTree {
 public:
  /// `root` is an empty directory.
  static Result<LayerTree> open(const std::string& root);

  Status make_directory(const EntryPath& path, const EntryStatus& status);

  /// Makes an empty file and gives it to be written; seal_file() finishes it.
  Result<Fd> make_file(const EntryPath& path);
  Status seal_file(int file, const EntryPath& path, const EntryStatus& status);

  Status make_symlink(const EntryPath& path, const std::string& target, const EntryStatus& status);
  Status make_hard_link(const EntryPath& path, const EntryPath& existing);

  /// A device or a fifo; `kind` is S_IFCHR, S_IFBLK or S_IFIFO.
  Status make_node(const EntryPath& path, mode_t kind, dev_t device, const EntryStatus& status);

  /// ".wh.<name>": hides `name` of the layers below. What this layer itself has there stays.
  Status hide(const std::string& parent, const std::string& name);

  /// ".wh..wh..opq": hides everything that the layers below have in this directory.
  Status hide_below(const std::string& directory);

  /// Sets the times of directories, which every file made in them has changed. To be called once, at the end.
  Status finish();

 private:
  explicit LayerTree(Fd root) : root_(std::move(root)) {}

  /// A descriptor (kept by us, good until the next call) of a directory inside the root, made if missing.
  Result<int> directory(const std::string& path);
  Result<Fd> open_inside(const std::string& path);

  /// Removes what has this name, a whole directory if it is one.
  Status clear(int parent, const std::string& name);

  Fd root_;
  Fd last_;
  std::string last_path_;
  bool has_last_ = false;
  std::vector<std::pair<std::string, timespec>> directory_times_;
};

}  // namespace roadstead
