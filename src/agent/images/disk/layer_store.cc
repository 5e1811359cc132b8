#include "agent/images/disk/layer_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <latch>
#include <optional>

#include "agent/images/oci/manifest.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

namespace json = boost::json;

std::string hex_of(const std::string& diff_id) { return diff_id.substr(7); }

/// The bytes that layer.json tells, or nothing if it cannot be read.
std::optional<std::uint64_t> read_bytes(const std::string& path) {
  auto text = read_file(path);
  if (!text) return std::nullopt;
  boost::system::error_code problem;
  auto value = json::parse(*text, problem);
  const auto* object = problem ? nullptr : value.if_object();
  const auto* bytes = object != nullptr ? object->if_contains("bytes") : nullptr;
  if (bytes == nullptr || !bytes->is_int64() || bytes->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(bytes->get_int64());
}

}  // namespace

LayerStore::LayerStore(std::string directory, std::string scratch, LayerLimits limits, std::size_t threads)
    : directory_(std::move(directory)), scratch_(std::move(scratch)), limits_(limits), pool_("layers", threads) {}

Status LayerStore::recover() {
  std::vector<std::string> names = TRY(list_directory(directory_));
  std::lock_guard lock(mutex_);
  bytes_.clear();
  for (const auto& name : names) {
    auto diff_id = cat("sha256:", name);
    auto bytes = read_bytes(cat(directory_, '/', name, "/layer.json"));
    if (is_digest(diff_id) && bytes) {
      bytes_[diff_id] = *bytes;
    } else {
      log_warning("layer_dropped", {{"name", name}});
      TRY(remove_tree(cat(directory_, '/', name)));
    }
  }
  return Done{};
}

Status LayerStore::unpack(const std::vector<LayerSource>& sources, std::stop_token stop) {
  std::vector<std::optional<Error>> errors(sources.size());
  std::latch ended(static_cast<std::ptrdiff_t>(sources.size()));
  std::stop_source rest;
  std::stop_callback pass_on(stop, [&rest] { rest.request_stop(); });
  for (std::size_t i = 0; i < sources.size(); ++i) {
    auto job = [&, i] {
      if (auto done = unpack_once(sources[i], rest.get_token()); !done) {
        errors[i] = done.error();
        rest.request_stop();
      }
      ended.count_down();
    };
    if (!pool_.try_submit(job)) job();
  }
  ended.wait();
  const Error* first = nullptr;
  for (const auto& error : errors) {
    // "was stopped" is only the echo of another layer's failure.
    if (error && (first == nullptr || first->code == "CommandStopped")) first = &*error;
  }
  if (first != nullptr) return *first;
  if (sources.empty()) return Done{};
  return sync_directory(directory_);
}

Status LayerStore::unpack_once(const LayerSource& source, const std::stop_token& stop) {
  {
    std::unique_lock lock(mutex_);
    bool free = changed_.wait(lock, stop, [&] { return !busy_.contains(source.diff_id); });
    if (!free) return Error{.code = "CommandStopped", .message = "unpacking was stopped"};
    if (bytes_.contains(source.diff_id)) return Done{};
    busy_.insert(source.diff_id);
  }
  auto made = make(source, stop);
  {
    std::lock_guard lock(mutex_);
    busy_.erase(source.diff_id);
    if (made) bytes_[source.diff_id] = made->bytes;
  }
  changed_.notify_all();
  if (!made) return made.error();
  return Done{};
}

Result<LayerUnpacked> LayerStore::make(const LayerSource& source, const std::stop_token& stop) {
  auto half = TRY(make_temporary_directory(scratch_, "layer-"));
  auto fill = [&]() -> Result<LayerUnpacked> {
    auto fs = half + "/fs";
    if (::mkdir(fs.c_str(), 0755) != 0 || ::chmod(fs.c_str(), 0755) != 0) return system_error(errno, "make", fs);
    LayerUnpacked done = TRY(unpack_layer(source, fs, limits_, stop));
    {
      Fd note = TRY(open_file(half + "/layer.json", O_WRONLY | O_CREAT | O_EXCL));
      TRY(write_all(note.get(), cat("{\"bytes\":", done.bytes, ",\"entries\":", done.entries, "}\n")));
    }
    // One sync of the file system instead of one for each of thousands of files.
    Fd fd = TRY(open_file(half, O_RDONLY | O_DIRECTORY));
    if (::syncfs(fd.get()) != 0) return system_error(errno, "sync", half);
    auto home = cat(directory_, '/', hex_of(source.diff_id));
    if (::rename(half.c_str(), home.c_str()) != 0) return system_error(errno, "rename to", home);
    return done;
  };
  auto filled = fill();
  if (!filled) (void)remove_tree(half);
  return filled;
}

bool LayerStore::has(const std::string& diff_id) const {
  std::lock_guard lock(mutex_);
  return bytes_.contains(diff_id);
}

std::string LayerStore::path(const std::string& diff_id) const { return cat(directory_, '/', hex_of(diff_id), "/fs"); }

std::string LayerStore::diff_id_of(const std::string& path) const {
  if (!path.starts_with(directory_ + "/") || path.size() < directory_.size() + 65) return {};
  return cat("sha256:", path.substr(directory_.size() + 1, 64));
}

std::uint64_t LayerStore::size(const std::vector<std::string>& diff_ids) const {
  std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& diff_id : diff_ids) {
    if (auto found = bytes_.find(diff_id); found != bytes_.end()) sum += found->second;
  }
  return sum;
}

std::uint64_t LayerStore::size() const {
  std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [diff_id, bytes] : bytes_) sum += bytes;
  return sum;
}

std::vector<std::string> LayerStore::set_aside_all_but(const std::set<std::string>& needed) {
  std::vector<std::string> aside;
  std::lock_guard lock(mutex_);
  for (auto layer = bytes_.begin(); layer != bytes_.end();) {
    auto to = cat(scratch_, "/dropped-", hex_of(layer->first));
    if (needed.contains(layer->first) || ::rename(cat(directory_, '/', hex_of(layer->first)).c_str(), to.c_str()) != 0) {
      ++layer;
      continue;
    }
    aside.push_back(std::move(to));
    layer = bytes_.erase(layer);
  }
  return aside;
}

}  // namespace roadstead
