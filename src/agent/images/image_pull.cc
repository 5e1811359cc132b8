// The work behind ImageStore: one pull from end to end, and taking in local files. Upkeep is in image_upkeep.cc.
#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "agent/images/image_store.h"
#include "agent/images/oci/pull_errors.h"
#include "base/data/hash.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"

namespace roadstead {

namespace {

constexpr std::size_t max_document_bytes = std::size_t{8} << 20;

/// A directory that goes when its owner does.
class Scratch {
 public:
  static Result<Scratch> make(const std::string& parent, std::string_view prefix) {
    return Scratch(TRY(make_temporary_directory(parent, prefix)));
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (!path_.empty()) (void)remove_tree(path_);
  }

  const std::string& path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// What the file behind a path transport looks like: it changes when the file does. Empty if that cannot be told.
std::string stamp_of(const ImageReference& reference) {
  bool archive = reference.transport == "oci-archive" || reference.transport == "docker-archive";
  bool layout = reference.transport == "oci" || reference.transport == "dir";
  if (!archive && !layout) return {};
  auto colon = reference.transport == "dir" ? std::string::npos : reference.details.rfind(':');
  auto path = reference.details.substr(0, colon);
  if (layout) path += reference.transport == "oci" ? "/index.json" : "/manifest.json";
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return cat(status.st_ino, '.', status.st_size, '.', status.st_mtim.tv_sec, '.', status.st_mtim.tv_nsec);
}

struct CloseArchive {
  void operator()(archive* reader) const { ::archive_read_free(reader); }
};

/// The transport that reads a tar, by the names in it: index.json, manifest.json (docker save may write both), or a root.
Result<std::string> transport_of_archive(const std::string& path) {
  std::unique_ptr<archive, CloseArchive> reader(::archive_read_new());
  ::archive_read_support_filter_all(reader.get());
  ::archive_read_support_format_tar(reader.get());
  if (::archive_read_open_filename(reader.get(), path.c_str(), 65536) != ARCHIVE_OK) {
    return Error{.code = "InvalidImage", .message = cat(path, " is not a tar archive: ", ::archive_error_string(reader.get()))};
  }
  bool oci = false;
  archive_entry* entry = nullptr;
  int next = ARCHIVE_OK;
  while ((next = ::archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK || next == ARCHIVE_WARN) {
    const char* pathname = ::archive_entry_pathname(entry);
    std::string_view name = pathname != nullptr ? pathname : "";
    if (name.starts_with("./")) name.remove_prefix(2);
    if (name == "manifest.json") return std::string("docker-archive");
    if (name == "oci-layout" || name == "index.json") oci = true;
  }
  if (next != ARCHIVE_EOF) {
    return Error{.code = "InvalidImage", .message = cat(path, " is damaged: ", ::archive_error_string(reader.get()))};
  }
  return std::string(oci ? "oci-archive" : "tarball");
}

}  // namespace

std::string ImageStore::blob_path(const std::string& digest) const { return cat(in_store("blobs/sha256/"), digest.substr(7)); }

Result<std::string> ImageStore::read_blob(const std::string& digest) const {
  std::string bytes = TRY(read_file(blob_path(digest), max_document_bytes));
  if (cat("sha256:", sha256_hex(bytes)) != digest) {
    return Error{.code = "InvalidImage", .message = cat("the stored document ", digest, " is damaged")};
  }
  return bytes;
}

Image ImageStore::image_of(const ImageRow& row, const std::string& reference, bool from_cache) const {
  Image image{.reference = reference,
              .digest = row.digest,
              .manifest_digest = row.manifest_digest,
              .config = row.config,
              .layers = {},
              .size = layers_.size(row.diff_ids),
              .platform = row.platform,
              .from_cache = from_cache};
  for (const auto& diff_id : row.diff_ids) image.layers.push_back(layers_.path(diff_id));
  return image;
}

Status ImageStore::save_catalog() {
  std::lock_guard one(save_mutex_);
  std::vector<ImageRow> rows;
  {
    std::lock_guard lock(mutex_);
    rows = catalog_.rows();
  }
  return write_file_atomic(in_store("catalog.json"), render_catalog(rows));
}

Status ImageStore::keep_row(ImageRow row) {
  {
    std::lock_guard lock(mutex_);
    catalog_.put(std::move(row));
  }
  return save_catalog();
}

Result<Image> ImageStore::pull(const PullRequest& request, const ImageReference& reference, std::stop_token stop) {
  std::shared_lock contents(contents_);
  auto began = std::chrono::steady_clock::now();
  auto work = [&]() -> Result<Image> {
    if (stop.stop_requested()) return pull_cancelled(request.reference);
    Scratch scratch = TRY(Scratch::make(in_store("scratch"), "pull-"));
    return reference.in_registry() ? pull_from_registry(request, reference, scratch.path(), stop)
                                   : pull_from_path(request, reference, scratch.path(), stop);
  };
  auto image = work();
  auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
  if (!image) {
    auto error = pull_error(request.reference, image.error());
    log_warning("image_pull_failed", {{"image", request.reference}, {"ms", cat(took)}, {"error", error.message}});
    return error;
  }
  log_info("image_pulled", {{"image", request.reference}, {"digest", image->digest}, {"ms", cat(took)}, {"bytes", cat(image->size)}});
  return image;
}

Result<Image> ImageStore::pull_from_registry(
    const PullRequest& request, const ImageReference& reference, const std::string& scratch, std::stop_token stop
) {
  std::string raw = TRY(skopeo_.manifest_of(request, reference, scratch, stop));
  auto digest = cat("sha256:", sha256_hex(raw));
  if (!reference.digest.empty() && reference.digest != digest) {
    return Error{.code = "InvalidImage", .message = cat("the registry answered with ", digest, " for ", reference.digest)};
  }
  auto pinned = digest;
  auto parsed = TRY(parse_manifest(raw));
  if (const auto* index = std::get_if<Index>(&parsed)) {
    Descriptor chosen = TRY(choose_manifest(*index, request.platform));
    pinned = chosen.digest;
  }
  std::optional<ImageRow> known;
  {
    std::lock_guard lock(mutex_);
    const ImageRow* row = catalog_.with_digest(digest, request.platform);
    if (row != nullptr) known = *row;
  }
  if (known) {  // this name already means it, or does from now on
    bool is_new = known->reference != reference.canonical() || known->local;
    known->reference = reference.canonical();
    known->local = false;
    known->last_used = clock_.now();
    auto image = image_of(*known, request.reference, false);
    if (is_new) {
      TRY(keep_row(std::move(*known)));
    } else {
      std::lock_guard lock(mutex_);
      catalog_.touch(*known, known->last_used);
    }
    return image;
  }
  ImageRow row{.reference = reference.canonical(), .digest = digest};
  return copy_and_install(request, reference, pinned, scratch, std::move(row), std::move(stop));
}

Result<Image> ImageStore::pull_from_path(
    const PullRequest& request, const ImageReference& reference, const std::string& scratch, std::stop_token stop
) {
  auto stamp = stamp_of(reference);
  if (!stamp.empty()) {
    std::lock_guard lock(mutex_);
    const ImageRow* row = catalog_.pulled(reference, request.platform);
    if (row != nullptr && row->stamp == stamp) {
      catalog_.touch(*row, clock_.now());
      return image_of(*row, request.reference, false);
    }
  }
  ImageRow row{.reference = reference.canonical(), .stamp = stamp};
  return copy_and_install(request, reference, {}, scratch, std::move(row), std::move(stop));
}

Result<Image> ImageStore::copy_and_install(
    const PullRequest& request,
    const ImageReference& reference,
    std::string_view pinned,
    const std::string& scratch,
    ImageRow row,
    std::stop_token stop
) {
  // A second try only after damage: skopeo does not ask again for a blob that is here, sound or not, so it has to go first.
  for (int attempt = 0;; ++attempt) {
    Scratch target = TRY(Scratch::make(scratch, "copy-"));
    auto copied = TRY(skopeo_.copy(request, reference, pinned, {.directory = target.path(), .blobs = in_store("blobs")}, stop));
    auto installed = install(request, copied, row, stop);
    bool damaged = !installed && installed.error().code == "InvalidImage";
    if (!damaged || attempt == 1) return installed;
    log_warning("image_damaged", {{"image", request.reference}, {"error", installed.error().message}});
  }
}

Result<Image> ImageStore::install(const PullRequest& request, const std::string& manifest_digest, ImageRow row, std::stop_token stop) {
  row.manifest_digest = manifest_digest;
  row.platform = request.platform;
  if (row.digest.empty()) row.digest = manifest_digest;
  auto work = [&]() -> Status {
    std::string manifest_text = TRY(read_blob(manifest_digest));
    auto parsed = TRY(parse_manifest(manifest_text));
    const auto* manifest = std::get_if<Manifest>(&parsed);
    if (manifest == nullptr) return Error{.code = "InvalidImage", .message = "the stored manifest is a list of manifests"};
    row.config_digest = manifest->config.digest;
    row.layer_digests.clear();
    for (const auto& layer : manifest->layers) row.layer_digests.push_back(layer.digest);
    std::string config_text = TRY(read_blob(row.config_digest));
    ImageDescription description = TRY(parse_image_description(config_text));
    if (!platform_matches(description.platform, request.platform)) return wrong_platform(request.platform, to_string(description.platform));
    if (description.diff_ids.size() != manifest->layers.size()) {
      return Error{.code = "InvalidImage", .message = "the manifest and the configuration disagree about the number of layers"};
    }
    row.diff_ids = std::move(description.diff_ids);
    row.config = std::move(description.config);
    std::vector<LayerSource> sources;
    for (std::size_t i = 0; i < row.diff_ids.size(); ++i) {
      if (layers_.has(row.diff_ids[i])) continue;
      sources.push_back({.blob = blob_path(row.layer_digests[i]), .digest = row.layer_digests[i], .diff_id = row.diff_ids[i]});
    }
    return layers_.unpack(sources, stop);
  };
  if (auto done = work(); !done) {
    if (done.error().code == "InvalidImage") drop_blobs(row);
    return done.error();
  }
  row.last_used = clock_.now();
  auto image = image_of(row, request.reference, false);
  TRY(keep_row(std::move(row)));
  return image;
}

void ImageStore::drop_blobs(const ImageRow& row) {
  (void)remove_file(blob_path(row.manifest_digest));
  if (!row.config_digest.empty()) (void)remove_file(blob_path(row.config_digest));
  for (const auto& digest : row.layer_digests) (void)remove_file(blob_path(digest));
}

Result<ImageReference> ImageStore::source_of(const std::string& path, const std::string& scratch, std::stop_token stop) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return system_error(errno, "open", path);
  if (!S_ISDIR(status.st_mode)) return ImageReference{.transport = TRY(transport_of_archive(path)), .details = path};
  if (exists(path + "/oci-layout")) return ImageReference{.transport = "oci", .details = path};
  auto tar = scratch + "/rootfs.tar";
  TRY(run_ok({.argv = {"tar", "--create", "--file", tar, "--sort=name", "--numeric-owner", "--xattrs", "--one-file-system", "-C", path, "."},
              .stop = std::move(stop)}));
  return ImageReference{.transport = "tarball", .details = tar};
}

Result<Image> ImageStore::load(const std::string& path, const std::string& name, const Platform& platform) {
  ImageReference parsed = TRY(parse_image_reference(name));
  if (!parsed.plain || !parsed.digest.empty()) {
    return Error{.code = "InvalidReference", .message = cat("an image is loaded under a name such as shop:v2, not ", name)};
  }
  std::shared_lock contents(contents_);
  Scratch scratch = TRY(Scratch::make(in_store("scratch"), "load-"));
  std::unique_ptr<char, decltype(&std::free)> absolute(::realpath(path.c_str(), nullptr), std::free);
  if (!absolute) return system_error(errno, "open", path);
  ImageReference source = TRY(source_of(absolute.get(), scratch.path(), {}));
  PullRequest request{.reference = local_image_name(name), .platform = platform};
  ImageRow row{.reference = request.reference, .local = true};
  auto image = copy_and_install(request, source, {}, scratch.path(), std::move(row), {});
  contents.unlock();
  if (!image) {
    if (image.error().code != "CannotPullContainerError") return image.error();
    return Error{.code = "InvalidImage", .message = image.error().message, .detail = image.error().detail};
  }
  log_info("image_loaded", {{"image", request.reference}, {"digest", image->digest}, {"bytes", cat(image->size)}});
  collect();
  return image;
}

}  // namespace roadstead
