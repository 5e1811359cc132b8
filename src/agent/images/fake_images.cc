#include "agent/images/fake_images.h"

#include <algorithm>

#include "agent/images/oci/manifest.h"
#include "agent/images/oci/pull_errors.h"
#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

std::string digest_of(std::string_view content) { return cat("sha256:", sha256_hex(content)); }

std::string canonical_of(const std::string& reference) {
  auto parsed = parse_image_reference(reference);
  CHECK(parsed, "tests publish valid references");
  return parsed->canonical();
}

bool is_built_for(const FakeImage& image, const Platform& platform) {
  return std::find(image.architectures.begin(), image.architectures.end(), platform.architecture) != image.architectures.end();
}

std::string platforms_of(const FakeImage& image) {
  std::vector<std::string> texts;
  for (const auto& architecture : image.architectures) texts.push_back(cat("linux/", architecture));
  return join(texts, ", ");
}

}  // namespace

void FakeImages::publish(const std::string& reference, FakeImage image) {
  if (image.content.empty()) image.content = reference;
  published_.insert_or_assign(canonical_of(reference), std::move(image));
}

void FakeImages::unpublish(const std::string& reference) { published_.erase(canonical_of(reference)); }

/// The image that a reference means in the registry now; by digest too.
FakeImage* FakeImages::published(const ImageReference& reference) {
  if (auto found = published_.find(reference.canonical()); found != published_.end()) return &found->second;
  for (auto& [name, image] : published_) {
    auto parsed = parse_image_reference(name);
    if (!reference.digest.empty() && parsed && parsed->name() == reference.name() && digest_of(image.content) == reference.digest) return &image;
  }
  if (!any_ || !reference.in_registry()) return nullptr;
  auto [invented, is_new] = invented_.try_emplace(reference.canonical(), *any_);
  if (is_new && invented->second.content.empty()) invented->second.content = reference.canonical();
  return &invented->second;
}

Image FakeImages::image_of(const ImageRow& row, const std::string& reference, bool from_cache) const {
  auto size = sizes_.find(row.manifest_digest);
  Image image{.reference = reference,
              .digest = row.digest,
              .manifest_digest = row.manifest_digest,
              .config = row.config,
              .layers = {},
              .size = size != sizes_.end() ? size->second : 0,
              .platform = row.platform,
              .from_cache = from_cache};
  for (const auto& diff_id : row.diff_ids) image.layers.push_back(cat("/fake/layers/", diff_id.substr(7), "/fs"));
  return image;
}

std::optional<Result<Image>> FakeImages::answer_at_once(const PullRequest& request, const ImageReference& reference) {
  const ImageRow* row = catalog_.local_or_by_digest(request.reference, reference, request.platform);
  if (row == nullptr && reference.plain) {
    if (auto other = catalog_.local_elsewhere(request.reference, request.platform)) return wrong_platform(request.platform, to_string(*other));
  }
  bool may_use_cached = request.policy == PullPolicy::once || request.policy == PullPolicy::prefer_cached;
  if (row == nullptr && may_use_cached) row = catalog_.pulled(reference, request.platform);
  if (row == nullptr) return std::nullopt;
  auto image = image_of(*row, request.reference, true);
  catalog_.touch(*row, clock_.now());
  return image;
}

void FakeImages::ensure(PullRequest request, Ready ready) {
  auto parsed = parse_image_reference(request.reference);
  if (!parsed) return ready(Error{.code = "CannotPullContainerError", .message = parsed.error().message});
  if (auto known = answer_at_once(request, *parsed)) return ready(std::move(*known));
  if (request.stop.stop_requested()) return ready(pull_cancelled(request.reference));
  auto who = request.credentials ? cat(request.credentials->username, '\n', request.credentials->password) : "";
  auto key = cat(parsed->canonical(), ' ', to_string(request.platform), ' ', who);
  auto [pull, begins] = pulls_.try_emplace(key);
  if (begins) {
    ++pulls_begun_;
    const FakeImage* image = published(*parsed);
    bool hangs = image != nullptr && image->hangs;
    if (!hangs) pull->second.due = clock_.now() + (image != nullptr ? image->pull_takes : Duration::zero());
  }
  auto waiter = std::make_shared<Waiter>(
      Waiter{.request = request, .reference = *parsed, .ready = std::move(ready), .deadline = clock_.now() + request.timeout, .on_stop = {}}
  );
  pull->second.waiters.push_back(waiter);
  const Waiter* who_waits = waiter.get();
  auto give_up = [this, key, who_waits, reference = request.reference] { leave(key, who_waits, pull_cancelled(reference)); };
  waiter->on_stop = std::make_unique<std::stop_callback<std::function<void()>>>(request.stop, give_up);
}

/// One waiter goes; a pull that nobody waits for any more is forgotten.
void FakeImages::leave(const std::string& key, const Waiter* waiter, const Error& why) {
  auto pull = pulls_.find(key);
  if (pull == pulls_.end()) return;
  auto& waiters = pull->second.waiters;
  auto found = std::find_if(waiters.begin(), waiters.end(), [&](const auto& one) { return one.get() == waiter; });
  if (found == waiters.end()) return;
  auto gone = std::move(*found);
  waiters.erase(found);
  if (waiters.empty()) pulls_.erase(pull);
  gone->ready(why);
}

Result<Image> FakeImages::ensure(PullRequest request) {
  auto result = std::make_shared<std::optional<Result<Image>>>();
  ensure(std::move(request), [result](Result<Image> done) { *result = std::move(done); });
  while (!*result) {
    auto next = next_due();
    CHECK(next, "every waiter has a deadline");
    CHECK(moved_ != nullptr, "who waits moves the clock");
    if (*next > clock_.now()) moved_->set(*next);
    run_due();
  }
  return std::move(**result);
}

std::optional<Instant> FakeImages::next_due() const {
  std::optional<Instant> next;
  auto consider = [&next](Instant at) { next = next ? std::min(*next, at) : at; };
  for (const auto& [key, pull] : pulls_) {
    if (pull.due) consider(*pull.due);
    for (const auto& waiter : pull.waiters) consider(waiter->deadline);
  }
  return next;
}

void FakeImages::run_due() {
  while (true) {
    auto next = next_due();
    if (!next || *next > clock_.now()) return;
    auto at = std::find_if(pulls_.begin(), pulls_.end(), [&](const auto& entry) {
      const auto& waiters = entry.second.waiters;
      return entry.second.due == *next || std::any_of(waiters.begin(), waiters.end(), [&](const auto& one) { return one->deadline == *next; });
    });
    if (at->second.due != *next) {
      auto late = std::find_if(at->second.waiters.begin(), at->second.waiters.end(), [&](const auto& one) { return one->deadline == *next; });
      auto key = at->first;
      leave(key, late->get(), pull_timed_out((*late)->request.timeout));
      continue;
    }
    auto pull = std::move(at->second);
    pulls_.erase(at);
    const auto& first = *pull.waiters.front();
    auto result = finish(first.request, first.reference);
    for (auto& waiter : pull.waiters) answer(*waiter, result);
  }
}

void FakeImages::answer(Waiter& waiter, const Result<Image>& result) {
  waiter.on_stop.reset();
  if (!result && waiter.request.policy == PullPolicy::pull_or_cached) {
    if (const ImageRow* row = catalog_.pulled(waiter.reference, waiter.request.platform)) {
      auto image = image_of(*row, waiter.request.reference, true);
      return waiter.ready(std::move(image));
    }
  }
  if (!result) return waiter.ready(result.error());
  Image image = *result;
  image.reference = waiter.request.reference;
  waiter.ready(std::move(image));
}

Result<Image> FakeImages::finish(const PullRequest& request, const ImageReference& reference) {
  CommandOutcome said{.exit_code = 1};
  FakeImage* image = published(reference);
  if (image == nullptr) {
    said.err = reference.in_registry() ? "manifest unknown" : "no such file or directory";
    return pull_error(request.reference, said, 0);
  }
  if (image->needs && image->needs != request.credentials) {
    said.err = "unauthorized: authentication required";
    return pull_error(request.reference, said, 0);
  }
  if (image->failures != 0) {
    if (image->failures > 0) --image->failures;
    return image->failure;
  }
  return keep(*image, request, reference.canonical(), false);
}

Result<Image> FakeImages::keep(const FakeImage& image, const PullRequest& request, std::string reference, bool local) {
  if (!is_built_for(image, request.platform)) return wrong_platform(request.platform, platforms_of(image));
  ImageRow row{.reference = std::move(reference), .digest = digest_of(image.content)};
  row.manifest_digest = digest_of(cat(image.content, " manifest ", to_string(request.platform)));
  row.config_digest = digest_of(cat(image.content, " config ", to_string(request.platform)));
  row.layer_digests = {digest_of(cat(image.content, " blob"))};
  row.diff_ids = {digest_of(cat(image.content, " layer"))};
  row.platform = request.platform;
  row.local = local;
  row.last_used = clock_.now();
  row.config = image.config;
  sizes_[row.manifest_digest] = image.size;
  auto made = image_of(row, request.reference, false);
  catalog_.put(std::move(row));
  return made;
}

void FakeImages::crash() {
  forgotten_ += static_cast<int>(pulls_.size());
  auto gone = std::move(pulls_);
  pulls_.clear();
}

Result<std::string> FakeImages::mount_root(const std::string& id, const Image& image) {
  if (id.empty() || id.size() > 128 || id.find('/') != std::string::npos || id == "." || id == "..") {
    return Error{.code = "InvalidReference", .message = cat("not an id of a root: ", id)};
  }
  auto path = cat("/fake/roots/", id, "/rootfs");
  auto there = roots_.find(id);
  if (there != roots_.end()) {
    if (there->second.manifest_digest == image.manifest_digest) return path;
    return Error{.code = "RootExists", .message = cat("root ", id, " stands on another image; unmount it first")};
  }
  auto rows = catalog_.rows();
  bool here = std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.manifest_digest == image.manifest_digest; });
  if (!here) return Error{.code = "ImageNotFound", .message = "a layer of the image is gone"};
  roots_[id] = image;
  return path;
}

Status FakeImages::unmount_root(const std::string& id) {
  roots_.erase(id);
  return Done{};
}

Result<ImagesRecovered> FakeImages::recover() {
  ImagesRecovered recovered{.roots = {}, .half_pulls_dropped = std::exchange(forgotten_, 0)};
  for (const auto& [id, image] : roots_) recovered.roots.push_back(id);
  return recovered;
}

Result<Image> FakeImages::load(const std::string& path, const std::string& name, const Platform& platform) {
  auto parsed = parse_image_reference(name);
  if (!parsed || !parsed->plain || !parsed->digest.empty()) {
    return Error{.code = "InvalidReference", .message = cat("an image is loaded under a name such as shop:v2, not ", name)};
  }
  auto file = files_.find(path);
  if (file == files_.end()) return Error{.code = "NotFound", .message = cat("cannot open ", path, ": No such file or directory")};
  auto image = file->second;
  if (image.content.empty()) image.content = path;
  PullRequest request{.reference = local_image_name(name), .platform = platform};
  return keep(image, request, request.reference, true);
}

Result<std::vector<StoredImage>> FakeImages::list() {
  std::vector<StoredImage> images;
  for (const auto& row : catalog_.rows()) {
    bool used = std::any_of(roots_.begin(), roots_.end(), [&](const auto& root) { return root.second.manifest_digest == row.manifest_digest; });
    images.push_back({.reference = row.reference,
                      .digest = row.digest,
                      .manifest_digest = row.manifest_digest,
                      .size = sizes_[row.manifest_digest],
                      .platform = row.platform,
                      .last_used = row.last_used,
                      .local = row.local,
                      .in_use = used});
  }
  return images;
}

Status FakeImages::remove(const std::string& reference) {
  auto rows = catalog_.find(reference);
  if (rows.empty()) return Error{.code = "ImageNotFound", .message = cat("no image is named ", reference)};
  for (const auto& row : rows) {
    for (const auto& [id, root] : roots_) {
      if (root.manifest_digest == row.manifest_digest) {
        return Error{.code = "ImageInUse", .message = cat("a container runs from ", reference, "; stop it first")};
      }
    }
  }
  for (const auto& row : rows) catalog_.erase(row);
  return Done{};
}

Result<std::string> FakeImages::resolve(PullRequest request) {
  auto parsed = parse_image_reference(request.reference);
  if (!parsed) return Error{.code = "CannotPullContainerError", .message = parsed.error().message};
  if (!parsed->digest.empty()) return parsed->digest;
  request.policy = PullPolicy::always;
  if (auto known = answer_at_once(request, *parsed)) {
    if (!*known) return known->error();
    return (*known)->digest;
  }
  const FakeImage* image = published(*parsed);
  if (image == nullptr || (image->needs && image->needs != request.credentials)) {
    auto refused = finish(request, *parsed);
    return refused.error();
  }
  return digest_of(image->content);
}

}  // namespace roadstead
