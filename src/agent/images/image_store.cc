#include "agent/images/image_store.h"

#include <algorithm>
#include <future>

#include "agent/images/oci/pull_errors.h"
#include "base/data/hash.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Pulls are shared by those who ask for the same thing as the same person.
std::string pull_key(const PullRequest& request, const ImageReference& reference) {
  auto who = request.credentials ? sha256_hex(cat(request.credentials->username, '\0', request.credentials->password)) : "";
  return cat(reference.canonical(), ' ', to_string(request.platform), ' ', who);
}

Error invalid_reference(const Error& cause) {
  return {.code = "CannotPullContainerError", .message = cause.message, .detail = cause.detail};
}

}  // namespace

ImageStore::ImageStore(ImageStoreSettings settings, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      skopeo_(settings_.skopeo),
      layers_(in_store("layers"), in_store("scratch"), settings_.limits, settings_.unpacks),
      roots_(in_store("roots"), in_store("scratch"), in_store("empty")),
      pull_pool_("pulls", settings_.pulls),
      deadlines_thread_([this](std::stop_token stop) { watch_deadlines(std::move(stop)); }) {}

ImageStore::~ImageStore() {
  std::lock_guard lock(mutex_);
  for (auto& [key, pull] : pulls_) pull->stop.request_stop();
}

std::string ImageStore::in_store(std::string_view name) const { return cat(settings_.directory, '/', name); }

void ImageStore::ensure(PullRequest request, Ready ready) {
  auto parsed = parse_image_reference(request.reference);
  if (!parsed) return ready(invalid_reference(parsed.error()));
  if (auto known = answer_at_once(request, *parsed)) return ready(std::move(*known));

  auto waiter = std::make_shared<Waiter>(
      Waiter{.request = request, .reference = *parsed, .ready = std::move(ready), .deadline = SteadyClock::now() + request.timeout, .on_stop = {}}
  );
  auto key = pull_key(request, *parsed);
  std::shared_ptr<Pull> pull;
  bool begins = false;
  {
    std::lock_guard lock(mutex_);
    auto& slot = pulls_[key];
    begins = slot == nullptr;
    if (begins) slot = std::make_shared<Pull>();
    pull = slot;
    pull->waiters.push_back(waiter);
    ++waiters_began_;
  }
  deadlines_changed_.notify_all();
  if (begins) begin_pull(key, pull, request, *parsed);
  // Built outside the lock: if stop was requested already, it runs here and now.
  auto give_up = [this, key, pull, weak = std::weak_ptr(waiter)] {
    if (auto alive = weak.lock()) abandon(key, pull, alive, pull_cancelled(alive->request.reference));
  };
  auto on_stop = std::make_unique<std::stop_callback<std::function<void()>>>(request.stop, give_up);
  std::unique_lock lock(mutex_);
  bool still_waits = std::find(pull->waiters.begin(), pull->waiters.end(), waiter) != pull->waiters.end();
  if (still_waits) waiter->on_stop = std::move(on_stop);
}

Result<Image> ImageStore::ensure(PullRequest request) {
  auto promise = std::make_shared<std::promise<Result<Image>>>();
  auto future = promise->get_future();
  ensure(std::move(request), [promise](Result<Image> result) { promise->set_value(std::move(result)); });
  return future.get();
}

std::optional<Result<Image>> ImageStore::answer_at_once(const PullRequest& request, const ImageReference& reference) {
  std::lock_guard lock(mutex_);
  const ImageRow* row = catalog_.local_or_by_digest(request.reference, reference, request.platform);
  if (row == nullptr && reference.plain) {
    if (auto other = catalog_.local_elsewhere(request.reference, request.platform)) {
      return wrong_platform(request.platform, to_string(*other));
    }
  }
  bool may_use_cached = request.policy == PullPolicy::once || request.policy == PullPolicy::prefer_cached;
  if (row == nullptr && may_use_cached) row = catalog_.pulled(reference, request.platform);
  if (row == nullptr) return std::nullopt;
  auto image = image_of(*row, request.reference, true);
  catalog_.touch(*row, clock_.now());
  return image;
}

std::optional<Image> ImageStore::cached(const PullRequest& request, const ImageReference& reference) {
  std::lock_guard lock(mutex_);
  const ImageRow* row = catalog_.pulled(reference, request.platform);
  if (row == nullptr) return std::nullopt;
  auto image = image_of(*row, request.reference, true);
  catalog_.touch(*row, clock_.now());
  return image;
}

void ImageStore::begin_pull(const std::string& key, std::shared_ptr<Pull> pull, PullRequest request, ImageReference reference) {
  auto job = [this, key, pull, request = std::move(request), reference = std::move(reference)] {
    auto result = this->pull(request, reference, pull->stop.get_token());
    finish_pull(key, pull, result);
    collect();
  };
  if (pull_pool_.try_submit(std::move(job))) return;
  finish_pull(key, pull, Error{.code = "CannotPullContainerError", .message = "too many image pulls wait on this container instance; try again"});
}

void ImageStore::finish_pull(const std::string& key, const std::shared_ptr<Pull>& pull, const Result<Image>& result) {
  std::vector<std::shared_ptr<Waiter>> waiters;
  {
    std::lock_guard lock(mutex_);
    waiters.swap(pull->waiters);
    if (auto slot = pulls_.find(key); slot != pulls_.end() && slot->second == pull) pulls_.erase(slot);
  }
  for (auto& waiter : waiters) answer(*waiter, result);
}

void ImageStore::answer(Waiter& waiter, const Result<Image>& result) {
  if (result) {
    Image image = *result;
    image.reference = waiter.request.reference;
    return waiter.ready(std::move(image));
  }
  if (waiter.request.policy == PullPolicy::pull_or_cached) {
    if (auto image = cached(waiter.request, waiter.reference)) {
      log_warning("image_served_from_cache", {{"image", waiter.request.reference}, {"why", result.error().message}});
      return waiter.ready(std::move(*image));
    }
  }
  waiter.ready(result.error());
}

void ImageStore::abandon(
    const std::string& key, const std::shared_ptr<Pull>& pull, const std::shared_ptr<Waiter>& waiter, const Error& why
) {
  bool last = false;
  {
    std::lock_guard lock(mutex_);
    auto found = std::find(pull->waiters.begin(), pull->waiters.end(), waiter);
    if (found == pull->waiters.end()) return;  // it has its answer
    pull->waiters.erase(found);
    last = pull->waiters.empty();
    auto slot = pulls_.find(key);
    if (last && slot != pulls_.end() && slot->second == pull) pulls_.erase(slot);  // who asks now begins anew
  }
  if (last) pull->stop.request_stop();
  waiter->ready(why);
}

void ImageStore::watch_deadlines(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    auto seen = waiters_began_;
    auto now = SteadyClock::now();
    auto next = now + std::chrono::hours(1);
    std::string late_key;
    std::shared_ptr<Pull> late_pull;
    std::shared_ptr<Waiter> late;
    for (const auto& [key, pull] : pulls_) {
      for (const auto& waiter : pull->waiters) {
        next = std::min(next, waiter->deadline);
        if (waiter->deadline > now) continue;
        late_key = key;
        late_pull = pull;
        late = waiter;
      }
    }
    if (late != nullptr) {
      lock.unlock();
      abandon(late_key, late_pull, late, pull_timed_out(late->request.timeout));
      late.reset();
      lock.lock();
    } else {
      deadlines_changed_.wait_until(lock, stop, next, [&] { return waiters_began_ != seen; });
    }
  }
}

Result<std::string> ImageStore::mount_root(const std::string& id, const Image& image) {
  std::shared_lock contents(contents_);
  return roots_.mount(id, {.manifest_digest = image.manifest_digest, .layers = image.layers});
}

Status ImageStore::unmount_root(const std::string& id) { return roots_.unmount(id); }

Result<std::vector<StoredImage>> ImageStore::list() {
  std::set<std::string> used;
  for (const auto& root : roots_.in_use()) used.insert(root.manifest_digest);
  std::lock_guard lock(mutex_);
  std::vector<StoredImage> images;
  for (const auto& row : catalog_.rows()) {
    images.push_back({.reference = row.reference,
                      .digest = row.digest,
                      .manifest_digest = row.manifest_digest,
                      .size = layers_.size(row.diff_ids),
                      .platform = row.platform,
                      .last_used = row.last_used,
                      .local = row.local,
                      .in_use = used.contains(row.manifest_digest)});
  }
  return images;
}

Status ImageStore::remove(const std::string& reference) {
  {
    std::lock_guard lock(mutex_);
    auto rows = catalog_.find(reference);
    if (rows.empty()) return Error{.code = "ImageNotFound", .message = cat("no image is named ", reference)};
    for (const auto& root : roots_.in_use()) {
      for (const auto& row : rows) {
        if (root.manifest_digest != row.manifest_digest) continue;
        return Error{.code = "ImageInUse", .message = cat("a container runs from ", reference, "; stop it first")};
      }
    }
    for (const auto& row : rows) catalog_.erase(row);
  }
  TRY(save_catalog());
  collect();
  return Done{};
}

Result<std::string> ImageStore::resolve(PullRequest request) {
  auto parsed = parse_image_reference(request.reference);
  if (!parsed) return invalid_reference(parsed.error());
  if (!parsed->digest.empty()) return parsed->digest;
  request.policy = parsed->in_registry() ? PullPolicy::always : request.policy;
  if (auto known = answer_at_once(request, *parsed)) {
    if (!*known) return known->error();
    return (*known)->digest;
  }
  if (!parsed->in_registry()) {
    Image image = TRY(ensure(request));
    return image.digest;
  }
  auto scratch = TRY(make_temporary_directory(in_store("scratch"), "resolve-"));
  auto manifest = skopeo_.manifest_of(request, *parsed, scratch, request.stop);
  (void)remove_tree(scratch);
  if (!manifest) return pull_error(request.reference, manifest.error());
  return cat("sha256:", sha256_hex(*manifest));
}

}  // namespace roadstead
