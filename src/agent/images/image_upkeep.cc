// Upkeep of ImageStore: what a start finds, and what goes when the store is too large.
#include <sys/stat.h>

#include <algorithm>

#include "agent/images/image_store.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

Result<ImagesRecovered> ImageStore::recover() {
  if (settings_.directory.find_first_of(":,\\") != std::string::npos || !settings_.directory.starts_with('/')) {
    return Error{.code = "InvalidReference",
                 .message = cat("the image directory must be absolute and without ':', ',' and '\\': ", settings_.directory)};
  }
  TRY(make_directories(settings_.directory, 0700));
  for (const char* name : {"blobs/sha256", "layers", "roots", "scratch", "empty"}) TRY(make_directories(in_store(name), 0755));
  ImagesRecovered recovered;
  std::vector<std::string> halves = TRY(list_directory(in_store("scratch")));
  for (const auto& half : halves) {
    TRY(remove_tree(cat(in_store("scratch"), '/', half)));
    if (half.starts_with("pull-")) ++recovered.half_pulls_dropped;
  }
  TRY(layers_.recover());
  recovered.roots = TRY(roots_.recover());
  TRY(recover_catalog());
  collect();
  return recovered;
}

Status ImageStore::recover_catalog() {
  if (!exists(in_store("catalog.json"))) return Done{};
  std::string text = TRY(read_file(in_store("catalog.json")));
  auto rows = parse_catalog(text);
  // A damaged catalog costs pulls, not correctness: every image can be had again.
  if (!rows) log_error("image_catalog_dropped", {{"error", rows.error().message}});
  std::lock_guard lock(mutex_);
  for (auto& row : rows.value_or({})) {
    auto config_text = read_blob(row.config_digest);
    auto description = config_text ? parse_image_description(*config_text) : Result<ImageDescription>(config_text.error());
    bool whole = description && std::all_of(row.diff_ids.begin(), row.diff_ids.end(), [&](const auto& id) { return layers_.has(id); });
    if (!whole) {
      log_warning("image_row_dropped", {{"image", row.reference}});
      continue;
    }
    row.config = std::move(description->config);
    catalog_.put(std::move(row));
  }
  return Done{};
}

std::map<std::string, std::uint64_t> ImageStore::blob_sizes() const {
  std::map<std::string, std::uint64_t> sizes;
  for (const auto& name : list_directory(in_store("blobs/sha256")).value_or({})) {
    struct stat status {};
    auto digest = cat("sha256:", name);
    if (!is_digest(digest) || ::stat(blob_path(digest).c_str(), &status) != 0) continue;
    sizes[digest] = static_cast<std::uint64_t>(status.st_size);
  }
  return sizes;
}

ImageStore::Needed ImageStore::needed(const std::map<std::string, std::uint64_t>& blob_sizes) const {
  Needed needed;
  for (const auto& row : catalog_.rows()) {
    needed.blobs.insert({row.manifest_digest, row.config_digest});
    needed.blobs.insert(row.layer_digests.begin(), row.layer_digests.end());
    needed.layers.insert(row.diff_ids.begin(), row.diff_ids.end());
  }
  needed.bytes = layers_.size({needed.layers.begin(), needed.layers.end()});
  for (const auto& [digest, bytes] : blob_sizes) needed.bytes += needed.blobs.contains(digest) ? bytes : 0;
  return needed;
}

bool ImageStore::give_up_oldest(const std::set<std::string>& in_use) {
  const ImageRow* oldest = catalog_.oldest_unused(in_use, clock_.now() - settings_.keep_unused);
  if (oldest == nullptr) return false;
  log_info("image_collected", {{"image", oldest->reference}, {"digest", oldest->digest}});
  ImageRow gone = *oldest;
  catalog_.erase(gone);
  return true;
}

std::uint64_t ImageStore::collect() {
  std::lock_guard one(collect_mutex_);
  std::vector<std::string> aside;
  std::uint64_t bytes = 0;
  bool changed = false;
  {
    std::unique_lock contents(contents_, std::try_to_lock);
    if (!contents) return layers_.size();  // a pull runs; its end collects
    std::set<std::string> in_use;
    std::set<std::string> under_roots;
    for (const auto& root : roots_.in_use()) {
      in_use.insert(root.manifest_digest);
      for (const auto& layer : root.layers) under_roots.insert(layers_.diff_id_of(layer));
    }
    std::lock_guard lock(mutex_);
    auto sizes = blob_sizes();
    auto keep = needed(sizes);
    while (keep.bytes > settings_.max_bytes && give_up_oldest(in_use)) {
      changed = true;
      keep = needed(sizes);
    }
    bytes = keep.bytes;
    for (const auto& [digest, size] : sizes) {
      if (!keep.blobs.contains(digest)) (void)remove_file(blob_path(digest));
    }
    keep.layers.merge(under_roots);
    aside = layers_.set_aside_all_but(keep.layers);
  }
  // The slow part, and nobody waits for it.
  for (const auto& path : aside) {
    if (auto removed = remove_tree(path); !removed) log_warning("layer_not_removed", {{"path", path}, {"error", removed.error().message}});
  }
  if (changed) {
    if (auto saved = save_catalog(); !saved) log_error("image_catalog_not_saved", {{"error", saved.error().message}});
  }
  return bytes;
}

}  // namespace roadstead
