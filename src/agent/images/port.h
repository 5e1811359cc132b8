// Container images on this node: pulls them, unpacks their layers once, and mounts a root file system for each container.
//
// The agent sees images only through this port. The real one is ImageStore (image_store.h): skopeo, libarchive, overlayfs,
// one directory of state. The fake one is FakeImages (fake_images.h). Both pass one contract test.
// Any thread. Everything but ensure() with a callback blocks its thread, so the state thread calls none of the rest.
// It starts no process of a container and knows nothing of tasks, networks or cgroups.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead {

/// Who to be at a registry. Never logged, never on a command line.
struct RegistryCredentials {
  std::string username;
  std::string password;

  bool operator==(const RegistryCredentials&) const = default;
};

/// What an image is built for, in the words of OCI: os "linux"; architecture "amd64" or "arm64"; variant "v8" or empty.
struct Platform {
  std::string os = "linux";
  std::string architecture = {};
  std::string variant = {};

  bool operator==(const Platform&) const = default;
};

/// The platform of this machine, from uname.
Platform host_platform();

/// The Platform of an ECS `cpuArchitecture` ("X86_64", "ARM64"); empty text is this machine's.
Platform platform_of_cpu_architecture(std::string_view text);

/// "linux/amd64", "linux/arm64", "linux/arm/v7"; arm64 is v8 without saying so.
std::string to_string(const Platform& platform);

/// The Platform of such a text. Errors: InvalidPlatform, for what is not os/architecture with perhaps a variant.
Result<Platform> parse_platform(std::string_view text);

/// When to ask the registry although the image is here: ECS_IMAGE_PULL_BEHAVIOR. A local image (loaded under a name), and
/// a reference by digest that is here, never ask it.
enum class PullPolicy {
  pull_or_cached,  // "default": ask; if that fails for any reason, take what is here
  always,          // "always": ask; a failure is a failure
  once,            // "once": ask only if it is not here
  prefer_cached,   // "prefer-cached": as once; the cache may keep it for as long as it likes
};

/// One request for an image. `reference` as the task definition has it: "nginx:1.27", "name@sha256:…", or with a
/// transport of skopeo: "docker://…", "oci:/path:tag", "oci-archive:/path", "docker-archive:/path", "containers-storage:…".
struct PullRequest {
  std::string reference;
  Platform platform = host_platform();
  std::optional<RegistryCredentials> credentials = {};
  PullPolicy policy = PullPolicy::pull_or_cached;
  Duration timeout = std::chrono::hours(2);  // the whole pull; ECS's own bound (reference/ecs-core.md §3.7)
  std::stop_token stop = {};                 // gives up waiting; the pull itself ends when nobody waits any more
};

/// How the image wants to be run (OCI image configuration).
struct ImageConfig {
  std::vector<std::string> environment;  // "KEY=value"
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::string user;          // "", "name", "uid", "name:group", "uid:gid"
  std::string working_dir;   // empty: "/"
  std::string stop_signal;   // "SIGQUIT", "3", or empty: SIGTERM
  std::map<std::string, std::string> labels;
  std::vector<std::string> volumes;        // paths in the container, sorted
  std::vector<std::string> exposed_ports;  // "80/tcp", sorted

  bool operator==(const ImageConfig&) const = default;
};

/// An image that is here, unpacked and ready to mount.
struct Image {
  std::string reference;        // as it was asked for
  std::string digest;           // "sha256:…" of the manifest, or of the index, that the reference means: ECS's imageDigest
  std::string manifest_digest;  // "sha256:…" of the manifest of this platform, as stored here; the key of the store
  ImageConfig config;
  std::vector<std::string> layers;  // directories, lowest first; shared between images, never written to
  std::uint64_t size = 0;           // bytes of the unpacked layers
  Platform platform;
  bool from_cache = false;  // nothing was asked of a registry, or asking failed and the cache served (PullPolicy)

  bool operator==(const Image&) const = default;
};

/// One row of list().
struct StoredImage {
  std::string reference;
  std::string digest;
  std::string manifest_digest;
  std::uint64_t size = 0;
  Platform platform;
  Instant last_used;
  bool local = false;   // loaded under this name: never pulled, never collected
  bool in_use = false;  // some mounted root stands on it
};

/// What recover() found and did.
struct ImagesRecovered {
  std::vector<std::string> roots;  // ids of roots that are mounted, or were and can be mounted again
  int half_pulls_dropped = 0;
};

/// Container images on this node. Any thread.
///
/// Errors of ensure() carry AWS's error name as code and the rest of the sentence as message, so that the container's
/// `reason` is "<code>: <message>" (reference/ecs-core.md §3.2): CannotPullContainerError mostly, and
/// CannotPullContainerAuthError never (ECS says "pull access denied" instead), InternalError for a damaged store.
/// Errors of the others: ImageNotFound, RootNotFound, ImageInUse, InvalidImage, InvalidReference, and those of io/fd.h.
class Images {
 public:
  using Ready = std::move_only_function<void(Result<Image>)>;

  virtual ~Images() = default;

  /// Makes the image be here, unpacked, then calls `ready` exactly once, perhaps before this returns, on any thread.
  /// Requests for one image at one time share one pull. On failure nothing of the image is visible.
  /// A stop request or the timeout calls `ready` with an error; work that others wait for goes on.
  /// May be called again: if it is here and `policy` allows, that costs no process and no network.
  virtual void ensure(PullRequest request, Ready ready) = 0;

  /// The same, waiting on this thread.
  virtual Result<Image> ensure(PullRequest request) = 0;

  /// Mounts a writable root for `id` (any text of A-Z a-z 0-9 . _ -, up to 128) on the image's layers; gives its path.
  /// May be called again for the same id and image: the same path, and what was written in it is still there.
  /// The image is in use until unmount_root. On failure nothing stays mounted.
  virtual Result<std::string> mount_root(const std::string& id, const Image& image) = 0;

  /// Unmounts the root and removes what was written in it. An unknown id is success. Busy mounts are detached.
  virtual Status unmount_root(const std::string& id) = 0;

  /// To be called once, before anything else, after a start: drops half pulls and half roots, learns the existing roots.
  virtual Result<ImagesRecovered> recover() = 0;

  /// Takes an image from a docker-archive, an oci-archive, an OCI layout directory or a plain root file system directory
  /// under `name` ("shop:v2"), the part for `platform`. That exact name is then local: ensure() answers from here. Replaces
  /// what had the name for this platform.
  virtual Result<Image> load(const std::string& path, const std::string& name, const Platform& platform) = 0;

  /// Every reference that the store knows, sorted.
  virtual Result<std::vector<StoredImage>> list() = 0;

  /// Forgets a reference and frees what nothing else needs. ImageInUse if a root stands on it; ImageNotFound.
  virtual Status remove(const std::string& reference) = 0;

  /// The digest that a reference means now, asking the registry unless it is local: "sha256:…". Pulls nothing, except
  /// that an archive or a path is taken in, because only that tells its digest.
  virtual Result<std::string> resolve(PullRequest request) = 0;
};

}  // namespace roadstead
