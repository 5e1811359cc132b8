// Reads the JSON documents of images: manifests and indexes (OCI and Docker schema 2) and image configurations.
// All of it comes from strangers, so every size, digest and count is checked. Pure; any thread.
// Sources: OCI image-spec 1.0 (manifest, image-index, config); Docker image manifest v2 schema 2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/images/port.h"
#include "base/result/result.h"

namespace roadstead {

/// A blob as a manifest names it.
struct Descriptor {
  std::string media_type;
  std::string digest;  // "sha256:" and 64 digits, checked
  std::uint64_t size = 0;

  bool operator==(const Descriptor&) const = default;

  /// The 64 digits.
  std::string hex() const { return digest.substr(7); }
};

/// The manifest of one platform.
struct Manifest {
  Descriptor config;
  std::vector<Descriptor> layers;  // lowest first
};

/// One line of an index.
struct IndexEntry {
  Descriptor manifest;
  Platform platform;  // os and architecture are empty if the index does not say
};

/// A list of manifests, one a platform.
struct Index {
  std::vector<IndexEntry> entries;
};

/// What an image configuration says.
struct ImageDescription {
  ImageConfig config;
  Platform platform;
  std::vector<std::string> diff_ids;  // "sha256:…" of each layer uncompressed, lowest first
};

/// Errors: InvalidImage, with a message that says which member is wrong.
Result<std::variant<Manifest, Index>> parse_manifest(std::string_view json);
Result<ImageDescription> parse_image_description(std::string_view json);

/// Whether an image built for `offered` runs where `wanted` is asked for. Members that are not said match.
bool platform_matches(const Platform& offered, const Platform& wanted);

/// The manifest of `index` for `wanted`: the exact variant before one that leaves it open.
/// Errors: CannotPullContainerError, with AWS's sentence about the platform and the platforms that there are.
Result<Descriptor> choose_manifest(const Index& index, const Platform& wanted);

/// "image Manifest does not contain descriptor matching platform 'linux/amd64'" and what to do
/// (reference/ecs-core.md §3.2; express-mode.md §1.7).
Error wrong_platform(const Platform& wanted, const std::string& there_are);

/// Whether `text` is "sha256:" and 64 lower-case hexadecimal digits.
bool is_digest(std::string_view text);

}  // namespace roadstead
