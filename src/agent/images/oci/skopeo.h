// Runs skopeo: what does a reference mean, and copy it into our store. Blocks; any thread; one call one process.
// Credentials go by a file in memory that only root reads and that is gone when the call is over. Errors are the sentences of
// pull_errors.h. Knows nothing of layers, caches and mounts.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "agent/images/port.h"
#include "agent/images/oci/reference.h"
#include "base/result/result.h"

namespace roadstead {

/// How to run it.
struct SkopeoSettings {
  std::string program = "skopeo";
  int retries = 3;  // of a request that the network failed; after 1, 2, 4 … seconds
};

/// Where a copy goes.
struct SkopeoTarget {
  std::string directory;  // an empty directory on the file system of `blobs`: scratch space and the index.json of the copy
  std::string blobs;      // gets sha256/<hex>; blobs that are there are not asked for again
};

class Skopeo {
 public:
  explicit Skopeo(SkopeoSettings settings) : settings_(std::move(settings)) {}

  /// The manifest or index that a reference means, as the registry has it, byte for byte.
  Result<std::string> manifest_of(
      const PullRequest& request, const ImageReference& reference, const std::string& scratch, std::stop_token stop
  ) const;

  /// Copies one platform's image; gives the digest of its manifest as it is stored. `pinned`: that manifest of the name.
  Result<std::string> copy(
      const PullRequest& request,
      const ImageReference& reference,
      std::string_view pinned,
      const SkopeoTarget& target,
      std::stop_token stop
  ) const;

 private:
  /// `arguments` after the global options and the credentials; one line of arguments is the command.
  Result<std::string> run_skopeo(
      const PullRequest& request,
      const ImageReference& reference,
      std::vector<std::string> arguments,
      const std::string& scratch,
      std::stop_token stop
  ) const;

  SkopeoSettings settings_;
};

/// The content of an authfile for one registry (containers-auth.json).
std::string render_authfile(const std::string& registry, const RegistryCredentials& credentials);

}  // namespace roadstead
