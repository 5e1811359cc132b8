// Images without a disk, a network or a process: what pulls take and how they fail is data, time is a FakeClock.
// For the simulation and for tests of what stands on the port. It keeps the real one's promises (images_contract_test.cc).
// One thread. Callbacks run inside run_due(), inside a stop request, or inside ensure() when the answer is known.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/images/image_catalog.h"
#include "agent/images/port.h"

namespace roadstead {

/// How one image behaves.
struct FakeImage {
  ImageConfig config = {};
  std::uint64_t size = 50'000'000;
  std::string content = {};                                     // what the digest is made of; empty: the reference
  std::vector<std::string> architectures = {"amd64", "arm64"};  // it is built for
  std::optional<RegistryCredentials> needs = {};                // who may pull it; none: everybody
  Duration pull_takes = std::chrono::milliseconds(500);
  int failures = 0;  // how many pulls fail before one succeeds; -1: all
  Error failure = {.code = "CannotPullContainerError", .message = "failed to copy: httpReadSeeker: failed open: unexpected status code 503"};
  bool hangs = false;  // pulls never end by themselves
};

class FakeImages final : public Images {
 public:
  explicit FakeImages(FakeClock& clock) : clock_(clock), moved_(&clock) {}

  /// With a clock that others move: the ensure() that waits is not to be called.
  explicit FakeImages(const Clock& clock) : clock_(clock) {}

  /// Puts an image into the registry, in place of what had the reference.
  void publish(const std::string& reference, FakeImage image = {});

  /// Takes it out; what is here stays here.
  void unpublish(const std::string& reference);

  /// From now on references that nobody published are images of this kind, instead of being unknown.
  void publish_everything(FakeImage image) { any_ = std::move(image); }

  /// A file that load() finds.
  void place_file(const std::string& path, FakeImage image) { files_[path] = std::move(image); }

  /// Answers everything that is due by the clock, in order of time.
  void run_due();

  /// When something will be due, or nothing.
  std::optional<Instant> next_due() const;

  /// As if the process had died and come back: pulls are forgotten without an answer, roots and images stay.
  void crash();

  int pulls_begun() const { return pulls_begun_; }
  const std::map<std::string, Image>& roots() const { return roots_; }

  void ensure(PullRequest request, Ready ready) override;

  /// Moves the clock to the moment of the answer. A pull that hangs is answered at its timeout.
  Result<Image> ensure(PullRequest request) override;
  Result<std::string> mount_root(const std::string& id, const Image& image) override;
  Status unmount_root(const std::string& id) override;
  Result<ImagesRecovered> recover() override;
  Result<Image> load(const std::string& path, const std::string& name, const Platform& platform) override;
  Result<std::vector<StoredImage>> list() override;
  Status remove(const std::string& reference) override;
  Result<std::string> resolve(PullRequest request) override;

 private:
  struct Waiter {
    PullRequest request;
    ImageReference reference;
    Ready ready;
    Instant deadline;
    std::unique_ptr<std::stop_callback<std::function<void()>>> on_stop;
  };

  struct Pull {
    std::optional<Instant> due;  // none: it hangs
    std::vector<std::shared_ptr<Waiter>> waiters;
  };

  FakeImage* published(const ImageReference& reference);
  std::optional<Result<Image>> answer_at_once(const PullRequest& request, const ImageReference& reference);
  Result<Image> finish(const PullRequest& request, const ImageReference& reference);
  Result<Image> keep(const FakeImage& image, const PullRequest& request, std::string reference, bool local);
  void answer(Waiter& waiter, const Result<Image>& result);
  void leave(const std::string& key, const Waiter* waiter, const Error& why);
  Image image_of(const ImageRow& row, const std::string& reference, bool from_cache) const;

  const Clock& clock_;
  FakeClock* moved_ = nullptr;
  std::map<std::string, FakeImage> published_;  // by canonical reference
  std::map<std::string, FakeImage> files_;
  std::optional<FakeImage> any_;
  std::map<std::string, FakeImage> invented_;  // those of any_ that were asked for
  ImageCatalog catalog_;
  std::map<std::string, std::uint64_t> sizes_;  // by manifest digest
  std::map<std::string, Image> roots_;
  std::map<std::string, Pull> pulls_;
  int pulls_begun_ = 0;
  int forgotten_ = 0;
};

}  // namespace roadstead
