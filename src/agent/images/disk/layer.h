// Unpacks one layer of an image into a directory of its own, in the form that overlayfs stacks.
//
// A layer is a tar from a stranger. Nothing of it ever lands outside the target: every parent is opened by openat2 with
// RESOLVE_IN_ROOT, so that "..", absolute links and links made by earlier entries stay inside. Both digests are checked
// over every byte, and a failed layer leaves its half for the caller to throw away. Blocks; any thread; needs root.
//
//   in the tar            on disk                          (OCI image-spec, layer.md)
//   .wh.name              name: character device 0:0       overlayfs: name of the layers below is gone
//   .wh..wh..opq          trusted.overlay.opaque=y         overlayfs: nothing of the layers below shows in this directory
//   a file, link, node    the same, with owner, mode, times, user.* and security.capability
//   trusted.*             left out: overlayfs would obey them
//   a socket              left out
//   a device              made; roots are mounted nodev, so that it is inert
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result/result.h"

namespace roadstead {

/// What a layer may cost at most.
struct LayerLimits {
  std::uint64_t max_bytes = std::uint64_t{64} << 30;  // uncompressed, the tar's headers included
  std::uint64_t max_entries = 4'000'000;
};

/// What to unpack, and what it must turn out to be.
struct LayerSource {
  std::string blob;     // path of the tar: plain, gzip, zstd, bzip2 or xz
  std::string digest;   // "sha256:…" of the blob
  std::string diff_id;  // "sha256:…" of the tar itself
};

/// What came of it.
struct LayerUnpacked {
  std::uint64_t bytes = 0;    // of file contents
  std::uint64_t entries = 0;  // of the tar

  bool operator==(const LayerUnpacked&) const = default;
};

/// Unpacks `source` into `target`, an empty directory.
/// Errors: InvalidImage (damaged, truncated, wrong digest, over a limit, a path that leads outside), NoSpace and the
/// others of io/fd.h, CommandStopped if `stop` was requested.
Result<LayerUnpacked> unpack_layer(const LayerSource& source, const std::string& target, const LayerLimits& limits, std::stop_token stop);

}  // namespace roadstead
