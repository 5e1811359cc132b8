// The real Images: skopeo brings blobs, libarchive unpacks layers, overlayfs stacks them. One directory of state
// (docs/formats/images.md), which must be on a file system that overlayfs takes as upper: ext4, xfs, btrfs, tmpfs.
//
//   <directory>/
//     catalog.json          names → digests; replaced atomically
//     blobs/sha256/<hex>    manifests, configurations, compressed layers, by what they contain
//     layers/<diff id>/     unpacked once, shared (layer_store.h)
//     roots/<id>/           one a container (image_roots.h)
//     scratch/              halves; emptied by recover()
//
// A pull:  ensure ─ hit? ──────────────────────────────────────────► ready
//                 └ pull of it runs? ─ yes ─ wait for it ──────────► ready
//                                    └ no ─ resolve ─ copy ─ verify ─ unpack ─ catalog ─► ready (all who wait)
//
// Any thread. Pulls run on a pool of their own and never hold a lock while they wait for the world.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <thread>

#include "agent/images/image_catalog.h"
#include "agent/images/disk/image_roots.h"
#include "agent/images/disk/layer_store.h"
#include "agent/images/oci/manifest.h"
#include "agent/images/port.h"
#include "agent/images/oci/skopeo.h"
#include "io/worker_pool.h"

namespace roadstead {

/// How to keep images.
struct ImageStoreSettings {
  std::string directory;                                   // absolute; made if missing; without ':', ',' and '\'
  SkopeoSettings skopeo = {};
  LayerLimits limits = {};
  std::uint64_t max_bytes = std::uint64_t{50} << 30;       // of blobs and layers; above it the oldest unused images go
  Duration keep_unused = std::chrono::hours(1);            // an image used within this time stays (ECS: 1 h)
  std::size_t pulls = 4;                                   // at one time
  std::size_t unpacks = 2;                                 // at one time, of all pulls
};

class ImageStore final : public Images {
 public:
  /// `clock` must outlive it. Nothing is read or made before recover().
  ImageStore(ImageStoreSettings settings, const Clock& clock);

  /// Ends running pulls ("context canceled") and waits for them. Mounted roots stay.
  ~ImageStore() override;

  void ensure(PullRequest request, Ready ready) override;
  Result<Image> ensure(PullRequest request) override;
  Result<std::string> mount_root(const std::string& id, const Image& image) override;
  Status unmount_root(const std::string& id) override;
  Result<ImagesRecovered> recover() override;
  Result<Image> load(const std::string& path, const std::string& name, const Platform& platform) override;
  Result<std::vector<StoredImage>> list() override;
  Status remove(const std::string& reference) override;
  Result<std::string> resolve(PullRequest request) override;

  /// Drops unused images, the oldest first, until the store is within its size, and whatever no image needs.
  /// Runs after every pull and removal; does nothing while a pull runs. Gives the bytes that the store holds then.
  std::uint64_t collect();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// One who waits for a pull.
  struct Waiter {
    PullRequest request;
    ImageReference reference;
    Ready ready;
    SteadyTime deadline;
    std::unique_ptr<std::stop_callback<std::function<void()>>> on_stop;
  };

  /// One running pull and all who wait for it. It is stopped when nobody is left.
  struct Pull {
    std::vector<std::shared_ptr<Waiter>> waiters;
    std::stop_source stop;
  };

  // image_store.cc: who waits for what
  std::optional<Result<Image>> answer_at_once(const PullRequest& request, const ImageReference& reference);
  std::optional<Image> cached(const PullRequest& request, const ImageReference& reference);
  void begin_pull(const std::string& key, std::shared_ptr<Pull> pull, PullRequest request, ImageReference reference);
  void finish_pull(const std::string& key, const std::shared_ptr<Pull>& pull, const Result<Image>& result);
  void abandon(const std::string& key, const std::shared_ptr<Pull>& pull, const std::shared_ptr<Waiter>& waiter, const Error& why);
  void answer(Waiter& waiter, const Result<Image>& result);
  void watch_deadlines(std::stop_token stop);

  // image_pull.cc: the work of one pull
  Result<Image> pull(const PullRequest& request, const ImageReference& reference, std::stop_token stop);
  Result<Image> pull_from_registry(
      const PullRequest& request, const ImageReference& reference, const std::string& scratch, std::stop_token stop
  );
  Result<Image> pull_from_path(
      const PullRequest& request, const ImageReference& reference, const std::string& scratch, std::stop_token stop
  );
  Result<Image> copy_and_install(
      const PullRequest& request,
      const ImageReference& reference,
      std::string_view pinned,
      const std::string& scratch,
      ImageRow row,
      std::stop_token stop
  );
  Result<Image> install(const PullRequest& request, const std::string& manifest_digest, ImageRow row, std::stop_token stop);
  Result<std::string> read_blob(const std::string& digest) const;
  void drop_blobs(const ImageRow& row);
  std::string blob_path(const std::string& digest) const;
  Image image_of(const ImageRow& row, const std::string& reference, bool from_cache) const;
  Status keep_row(ImageRow row);
  Status save_catalog();
  Result<ImageReference> source_of(const std::string& path, const std::string& scratch, std::stop_token stop);

  // image_upkeep.cc: recovery and collection; the last three with mutex_ held
  struct Needed {
    std::set<std::string> blobs;
    std::set<std::string> layers;  // diff ids
    std::uint64_t bytes = 0;
  };

  Status recover_catalog();
  std::map<std::string, std::uint64_t> blob_sizes() const;
  Needed needed(const std::map<std::string, std::uint64_t>& blob_sizes) const;
  bool give_up_oldest(const std::set<std::string>& in_use);

  std::string in_store(std::string_view name) const;

  const ImageStoreSettings settings_;
  const Clock& clock_;
  const Skopeo skopeo_;
  LayerStore layers_;
  ImageRoots roots_;

  mutable std::mutex mutex_;  // of the four below
  ImageCatalog catalog_;
  std::map<std::string, std::shared_ptr<Pull>> pulls_;  // by reference, platform and credentials
  std::uint64_t waiters_began_ = 0;
  std::condition_variable_any deadlines_changed_;

  std::mutex save_mutex_;          // one writer of catalog.json
  std::mutex collect_mutex_;       // one collection at a time; the next waits, so that it sees what the first left
  std::shared_mutex contents_;     // shared: what makes or uses blobs and layers; exclusive: what takes them away
  WorkerPool pull_pool_;           // its jobs use all of the above
  std::jthread deadlines_thread_;  // last: ends first
};

}  // namespace roadstead
