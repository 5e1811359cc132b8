// Unpacked layers, each once, named by what they contain. Several unpack at a time; two that want the same one share it.
// A layer appears under its name only when it is complete and on disk. Any thread.
//
//   <directory>/<64 digits of the diff id>/
//     fs/          what overlayfs stacks; never written to again
//     layer.json   {"bytes":…,"entries":…}
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "agent/images/disk/layer.h"
#include "base/result/result.h"
#include "io/worker_pool.h"

namespace roadstead {

class LayerStore {
 public:
  /// `scratch` is a directory on the same file system, for halves. Both must exist before recover().
  LayerStore(std::string directory, std::string scratch, LayerLimits limits, std::size_t threads);

  /// Learns which layers are there.
  Status recover();

  /// Makes every layer of `sources` be there. The first error stops the rest; layers that are complete stay.
  Status unpack(const std::vector<LayerSource>& sources, std::stop_token stop);

  bool has(const std::string& diff_id) const;
  std::string path(const std::string& diff_id) const;

  /// The diff id of a path() of this store; empty for any other path.
  std::string diff_id_of(const std::string& path) const;

  /// Bytes of file contents of these layers, or of all.
  std::uint64_t size(const std::vector<std::string>& diff_ids) const;
  std::uint64_t size() const;

  /// Moves every layer that is not in `needed` to the scratch directory, where the caller removes them.
  /// No unpack may run meanwhile. Gives the paths.
  std::vector<std::string> set_aside_all_but(const std::set<std::string>& needed);

 private:
  Status unpack_once(const LayerSource& source, const std::stop_token& stop);
  Result<LayerUnpacked> make(const LayerSource& source, const std::stop_token& stop);

  std::string directory_;
  std::string scratch_;
  LayerLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, std::uint64_t> bytes_;  // by diff id
  std::set<std::string> busy_;                  // diff ids that some thread unpacks now
  WorkerPool pool_;                             // last: its jobs use all of the above
};

}  // namespace roadstead
