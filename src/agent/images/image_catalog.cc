#include "agent/images/image_catalog.h"

#include <algorithm>
#include <boost/json.hpp>

#include "agent/images/oci/manifest.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

namespace json = boost::json;

/// "docker.io/library/nginx" of a row, local or pulled.
std::string name_of(const ImageRow& row) {
  auto parsed = parse_image_reference(row.reference);
  return parsed ? parsed->name() : row.reference;
}

std::string text_at(const json::object& in, std::string_view key) {
  const auto* value = in.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<std::string> texts_at(const json::object& in, std::string_view key) {
  std::vector<std::string> texts;
  const auto* value = in.if_contains(key);
  if (value == nullptr || !value->is_array()) return texts;
  for (const auto& item : value->get_array()) {
    if (item.is_string()) texts.emplace_back(item.get_string());
  }
  return texts;
}

json::object render_row(const ImageRow& row) {
  json::object out;
  out["reference"] = row.reference;
  out["digest"] = row.digest;
  out["manifest"] = row.manifest_digest;
  out["config"] = row.config_digest;
  out["layers"] = json::array(row.layer_digests.begin(), row.layer_digests.end());
  out["diffIds"] = json::array(row.diff_ids.begin(), row.diff_ids.end());
  out["os"] = row.platform.os;
  out["architecture"] = row.platform.architecture;
  out["variant"] = row.platform.variant;
  out["local"] = row.local;
  out["stamp"] = row.stamp;
  out["lastUsed"] = row.last_used.micros;
  return out;
}

std::optional<ImageRow> parse_row(const json::object& in) {
  const auto* used = in.if_contains("lastUsed");
  const auto* local = in.if_contains("local");
  ImageRow row{.reference = text_at(in, "reference"),
               .digest = text_at(in, "digest"),
               .manifest_digest = text_at(in, "manifest"),
               .config_digest = text_at(in, "config"),
               .layer_digests = texts_at(in, "layers"),
               .diff_ids = texts_at(in, "diffIds"),
               .platform = {.os = text_at(in, "os"), .architecture = text_at(in, "architecture"), .variant = text_at(in, "variant")},
               .local = local != nullptr && local->is_bool() && local->get_bool(),
               .stamp = text_at(in, "stamp"),
               .last_used = {used != nullptr && used->is_int64() ? used->get_int64() : 0},
               .config = {}};
  bool sound = !row.reference.empty() && is_digest(row.digest) && is_digest(row.manifest_digest) && is_digest(row.config_digest) &&
               row.layer_digests.size() == row.diff_ids.size() &&
               std::all_of(row.layer_digests.begin(), row.layer_digests.end(), is_digest) &&
               std::all_of(row.diff_ids.begin(), row.diff_ids.end(), is_digest);
  if (!sound) return std::nullopt;
  return row;
}

/// One spelling of the names that mean one local image: "busybox", "library/busybox" and "docker.io/library/busybox:latest".
std::string spelling_of(std::string_view name) {
  auto parsed = parse_image_reference(name);
  return parsed && parsed->plain ? parsed->canonical() : local_image_name(name);
}

}  // namespace

std::string ImageCatalog::key(const std::string& reference, const Platform& platform) {
  return cat(reference, ' ', to_string(platform));
}

ImageCatalog::Rows::const_iterator ImageCatalog::local_row(std::string_view name, const Platform& platform) const {
  auto found = rows_.find(key(local_image_name(name), platform));
  if (found != rows_.end() && found->second.local) return found;
  auto spelling = spelling_of(name);
  return std::find_if(rows_.begin(), rows_.end(), [&](const auto& entry) {
    const auto& row = entry.second;
    return row.local && row.platform == platform && spelling_of(row.reference) == spelling;
  });
}

const ImageRow* ImageCatalog::local_or_by_digest(
    const std::string& text, const ImageReference& reference, const Platform& platform
) const {
  if (reference.plain) {
    if (auto found = local_row(text, platform); found != rows_.end()) return &found->second;
  }
  if (reference.digest.empty()) return nullptr;
  for (const auto& [unused, row] : rows_) {
    bool same = row.digest == reference.digest || row.manifest_digest == reference.digest;
    if (same && row.platform == platform && name_of(row) == reference.name()) return &row;
  }
  return nullptr;
}

const ImageRow* ImageCatalog::pulled(const ImageReference& reference, const Platform& platform) const {
  auto found = rows_.find(key(reference.canonical(), platform));
  return found != rows_.end() && !found->second.local ? &found->second : nullptr;
}

const ImageRow* ImageCatalog::with_digest(const std::string& digest, const Platform& platform) const {
  for (const auto& [unused, row] : rows_) {
    if (row.digest == digest && row.platform == platform) return &row;
  }
  return nullptr;
}

std::optional<Platform> ImageCatalog::local_elsewhere(const std::string& text, const Platform& platform) const {
  auto spelling = spelling_of(text);
  for (const auto& [unused, row] : rows_) {
    if (row.local && row.platform != platform && spelling_of(row.reference) == spelling) return row.platform;
  }
  return std::nullopt;
}

void ImageCatalog::put(ImageRow row) {
  auto at = key(row.reference, row.platform);
  auto before = rows_.find(at);
  if (before == rows_.end() && row.local) {
    // The same name in another spelling; a node with one name for it takes both.
    if (auto other = local_row(row.reference, row.platform); other != rows_.end()) {
      auto moved = rows_.extract(other);
      moved.key() = at;
      before = rows_.insert(std::move(moved)).position;
    }
  }
  if (before != rows_.end() && before->second.digest != row.digest && before->second.reference.find('@') == std::string::npos) {
    ImageRow old = std::move(before->second);
    old.reference = cat(name_of(old), '@', old.digest);
    old.local = false;
    old.stamp.clear();
    rows_.insert_or_assign(key(old.reference, old.platform), std::move(old));
  }
  rows_.insert_or_assign(std::move(at), std::move(row));
}

void ImageCatalog::touch(const ImageRow& row, Instant now) {
  if (auto found = rows_.find(key(row.reference, row.platform)); found != rows_.end()) found->second.last_used = now;
}

std::vector<ImageRow> ImageCatalog::find(const std::string& reference) const {
  auto spelling = spelling_of(reference);
  auto parsed = parse_image_reference(reference);
  std::vector<ImageRow> found;
  for (const auto& [unused, row] : rows_) {
    if (row.reference == reference || (row.local && spelling_of(row.reference) == spelling)) found.push_back(row);
  }
  if (!found.empty() || !parsed) return found;  // a local name hides the registry's
  for (const auto& [unused, row] : rows_) {
    if (!row.local && row.reference == parsed->canonical()) found.push_back(row);
  }
  return found;
}

void ImageCatalog::erase(const ImageRow& row) { rows_.erase(key(row.reference, row.platform)); }

std::vector<ImageRow> ImageCatalog::rows() const {
  std::vector<ImageRow> all;
  for (const auto& [unused, row] : rows_) all.push_back(row);
  return all;
}

const ImageRow* ImageCatalog::oldest_unused(const std::set<std::string>& in_use, Instant before) const {
  const ImageRow* oldest = nullptr;
  for (const auto& [unused, row] : rows_) {
    if (row.local || in_use.contains(row.manifest_digest) || row.last_used >= before) continue;
    if (oldest == nullptr || row.last_used < oldest->last_used) oldest = &row;
  }
  return oldest;
}

std::string render_catalog(const std::vector<ImageRow>& rows) {
  json::array images;
  for (const auto& row : rows) images.push_back(render_row(row));
  json::object document;
  document["version"] = 1;
  document["images"] = std::move(images);
  return json::serialize(document) + "\n";
}

Result<std::vector<ImageRow>> parse_catalog(std::string_view text) {
  boost::system::error_code problem;
  auto value = json::parse(text, problem);
  const auto* document = problem ? nullptr : value.if_object();
  const auto* images = document != nullptr ? document->if_contains("images") : nullptr;
  if (images == nullptr || !images->is_array()) return Error{.code = "InvalidImage", .message = "catalog.json cannot be read"};
  std::vector<ImageRow> rows;
  for (const auto& item : images->get_array()) {
    auto row = item.is_object() ? parse_row(item.get_object()) : std::nullopt;
    if (!row) return Error{.code = "InvalidImage", .message = "catalog.json has a row that cannot be read"};
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace roadstead
