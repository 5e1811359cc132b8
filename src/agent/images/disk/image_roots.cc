#include "agent/images/disk/image_roots.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "agent/images/oci/manifest.h"
#include "agent/images/disk/overlay.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

namespace json = boost::json;

bool is_root_id(std::string_view id) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= 128 && id != "." && id != ".." && std::all_of(id.begin(), id.end(), allowed);
}

/// Makes a directory of this mode whatever our umask is; one that is there is success.
Status make_directory(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) {
    if (::chmod(path.c_str(), mode) != 0) return system_error(errno, "change the mode of", path);
    return Done{};
  }
  if (errno == EEXIST) return Done{};
  return system_error(errno, "make directory", path);
}

/// Without sync: see the head of image_roots.h.
Status write_file(const std::string& path, std::string_view bytes) {
  auto aside = path + ".new";
  {
    Fd fd = TRY(open_file(aside, O_WRONLY | O_CREAT | O_TRUNC, 0600));
    TRY(write_all(fd.get(), bytes));
  }
  if (::rename(aside.c_str(), path.c_str()) != 0) return system_error(errno, "rename to", path);
  return Done{};
}

}  // namespace

std::string render_root(const RootRow& row) {
  json::object document;
  document["manifest"] = row.manifest_digest;
  document["layers"] = json::array(row.layers.begin(), row.layers.end());
  return json::serialize(document) + "\n";
}

Result<RootRow> parse_root(std::string_view text) {
  boost::system::error_code problem;
  auto value = json::parse(text, problem);
  const auto* object = problem ? nullptr : value.if_object();
  const auto* manifest = object != nullptr ? object->if_contains("manifest") : nullptr;
  const auto* layers = object != nullptr ? object->if_contains("layers") : nullptr;
  if (manifest == nullptr || layers == nullptr || !manifest->is_string() || !layers->is_array()) {
    return Error{.code = "InvalidImage", .message = "root.json cannot be read"};
  }
  RootRow row{.manifest_digest = std::string(manifest->get_string()), .layers = {}};
  for (const auto& layer : layers->get_array()) {
    if (!layer.is_string()) return Error{.code = "InvalidImage", .message = "root.json names a layer that is no text"};
    row.layers.emplace_back(layer.get_string());
  }
  return row;
}

ImageRoots::ImageRoots(std::string directory, std::string scratch, std::string empty)
    : directory_(std::move(directory)), scratch_(std::move(scratch)), empty_(std::move(empty)) {}

Result<std::vector<std::string>> ImageRoots::recover() {
  std::vector<std::string> names = TRY(list_directory(directory_));
  std::vector<std::string> ids;
  for (const auto& name : names) {
    auto text = read_file(cat(directory_, '/', name, "/root.json"));
    auto row = text ? parse_root(*text) : Result<RootRow>(text.error());
    if (!is_root_id(name) || !row) {
      log_warning("root_dropped", {{"id", name}});
      TRY(unmount_now(name));
      continue;
    }
    std::lock_guard lock(mutex_);
    roots_[name] = std::move(*row);
    ids.push_back(name);
  }
  return ids;
}

void ImageRoots::take(const std::string& id) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !busy_.contains(id); });
  busy_.insert(id);
}

void ImageRoots::give_back(const std::string& id) {
  {
    std::lock_guard lock(mutex_);
    busy_.erase(id);
  }
  changed_.notify_all();
}

Result<std::string> ImageRoots::mount(const std::string& id, const RootRow& row) {
  if (!is_root_id(id)) return Error{.code = "InvalidReference", .message = cat("not an id of a root: ", id.substr(0, 128))};
  take(id);
  auto mounted = mount_now(id, row);
  give_back(id);
  return mounted;
}

Result<std::string> ImageRoots::mount_now(const std::string& id, const RootRow& row) {
  auto home = cat(directory_, '/', id);
  auto target = home + "/rootfs";
  bool known = false;
  {
    std::lock_guard lock(mutex_);
    auto found = roots_.find(id);
    known = found != roots_.end();
    if (known && !(found->second == row)) {
      return Error{.code = "RootExists", .message = cat("root ", id, " stands on another image; unmount it first")};
    }
    roots_[id] = row;  // from here on no collection takes the layers away
  }
  struct stat above {};
  struct stat at {};
  bool is_mounted = known && ::stat(home.c_str(), &above) == 0 && ::stat(target.c_str(), &at) == 0 && above.st_dev != at.st_dev;
  if (is_mounted) return target;
  auto make = [&]() -> Status {
    TRY(make_directory(home, 0700));
    if (!known) TRY(write_file(home + "/root.json", render_root(row)));
    for (const char* name : {"/upper", "/work", "/rootfs"}) TRY(make_directory(home + name, 0755));
    for (const auto& layer : row.layers) {
      if (!exists(layer)) return Error{.code = "ImageNotFound", .message = cat("a layer of the image is gone: ", layer)};
    }
    auto lower = row.layers.empty() ? std::vector<std::string>{empty_} : row.layers;
    return mount_overlay({.lower = std::move(lower), .upper = home + "/upper", .work = home + "/work"}, target);
  };
  if (auto made = make(); !made) {
    if (!known) (void)unmount_now(id);
    return made.error();
  }
  return target;
}

Status ImageRoots::unmount(const std::string& id) {
  if (!is_root_id(id)) return Done{};
  take(id);
  auto unmounted = unmount_now(id);
  give_back(id);
  return unmounted;
}

Status ImageRoots::unmount_now(const std::string& id) {
  auto home = cat(directory_, '/', id);
  if (exists(home)) {
    TRY(unmount_all(home + "/rootfs"));
    auto aside = cat(scratch_, "/root-", id);
    TRY(remove_tree(aside));
    if (::rename(home.c_str(), aside.c_str()) != 0) return system_error(errno, "set aside", home);
    if (auto removed = remove_tree(aside); !removed) {
      log_warning("root_not_removed", {{"id", id}, {"error", removed.error().message}});  // recover() tries again
    }
  }
  std::lock_guard lock(mutex_);
  roots_.erase(id);
  return Done{};
}

std::vector<RootRow> ImageRoots::in_use() const {
  std::lock_guard lock(mutex_);
  std::vector<RootRow> rows;
  for (const auto& [id, row] : roots_) rows.push_back(row);
  return rows;
}

}  // namespace roadstead
