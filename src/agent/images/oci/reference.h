// What a task definition writes in `image`, taken apart: a name in a registry, or a transport of skopeo with its details.
// Pure; any thread. Nothing is looked up here.
#pragma once

#include <string>
#include <string_view>

#include "base/result/result.h"

namespace roadstead {

/// One image reference. For the transport "docker" the parts below are set; for the others only `details`.
struct ImageReference {
  std::string transport = "docker";  // "docker", "oci", "oci-archive", "docker-archive", "containers-storage", "dir", …
  std::string details = {};          // what follows "transport:" ("/srv/shop:v2"); empty for docker
  std::string registry = {};         // "docker.io", "localhost:5000", "[::1]:5000"
  std::string repository = {};       // "library/nginx"
  std::string tag = {};              // "latest" unless the text says else; empty if only a digest is given
  std::string digest = {};           // "sha256:…" or empty
  bool plain = false;                // written without "docker://": a local image of that name may be meant

  bool operator==(const ImageReference&) const = default;

  bool in_registry() const { return transport == "docker"; }

  /// "docker.io/library/nginx", or "oci:/srv/shop:v2" for the other transports.
  std::string name() const;

  /// The whole of it in one spelling: "docker.io/library/nginx:latest", "…@sha256:…". The key of the store.
  std::string canonical() const;

  /// What skopeo takes: "docker://docker.io/library/nginx:latest", or "docker://…@<digest>" when `pinned` is given.
  std::string skopeo_source(std::string_view pinned = {}) const;

  /// Whether the registry is on this machine (localhost, *.localhost, 127.0.0.0/8, ::1), where plain HTTP is all right.
  bool on_localhost() const;
};

/// Takes `text` apart as Docker does: one word is library/word of docker.io, no tag means latest.
/// Errors: InvalidReference, with a message that says what is wrong with it.
Result<ImageReference> parse_image_reference(std::string_view text);

/// `text` with the digest in place of its tag; as it stands if it names no image of a registry or has a digest already.
std::string with_digest(std::string_view text, std::string_view digest);

/// The name that a local image goes by: `text` as it stands, with ":latest" if it has neither tag nor digest.
std::string local_image_name(std::string_view text);

}  // namespace roadstead
