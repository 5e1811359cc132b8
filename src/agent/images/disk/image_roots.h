// The writable roots of containers: an overlay mount for each id over shared layers. Any thread; calls for different ids
// run side by side.
//
//   <directory>/<id>/
//     root.json   {"manifest":"sha256:…","layers":["…/fs",…]}, written first: without it the root was never made
//     upper/      what the container wrote
//     work/       overlayfs' own
//     rootfs/     the mount point
//
// Nothing here is synced: after a power cut the containers are gone too, and so may be what they wrote.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// What a root stands on.
struct RootRow {
  std::string manifest_digest;
  std::vector<std::string> layers;  // directories, lowest first

  bool operator==(const RootRow&) const = default;
};

class ImageRoots {
 public:
  /// `scratch` is on the same file system; roots that go are moved there first. `empty` is the layer of an image that has none.
  ImageRoots(std::string directory, std::string scratch, std::string empty);

  /// Learns the roots that are there; removes halves. Gives the ids.
  Result<std::vector<std::string>> recover();

  /// Images::mount_root. RootExists if the id stands on another image.
  Result<std::string> mount(const std::string& id, const RootRow& row);

  /// Images::unmount_root.
  Status unmount(const std::string& id);

  /// What all roots stand on now.
  std::vector<RootRow> in_use() const;

 private:
  Result<std::string> mount_now(const std::string& id, const RootRow& row);
  Status unmount_now(const std::string& id);
  void take(const std::string& id);
  void give_back(const std::string& id);

  std::string directory_;
  std::string scratch_;
  std::string empty_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, RootRow> roots_;
  std::set<std::string> busy_;  // ids that some thread mounts or unmounts now
};

/// root.json both ways. Errors: InvalidImage.
std::string render_root(const RootRow& row);
Result<RootRow> parse_root(std::string_view text);

}  // namespace roadstead
