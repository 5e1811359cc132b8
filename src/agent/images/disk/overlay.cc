#include "agent/images/disk/overlay.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

/// mount(2) copies one page of options.
constexpr std::size_t max_options = 4095;

std::string options_of(const std::vector<std::string>& lower, const OverlayLayers& layers) {
  std::string stack;
  for (auto layer = lower.rbegin(); layer != lower.rend(); ++layer) {  // overlayfs wants the top one first
    if (!stack.empty()) stack += ':';
    stack += *layer;
  }
  return cat("lowerdir=", stack, ",upperdir=", layers.upper, ",workdir=", layers.work, ",index=off,metacopy=off");
}

/// "\040" and its like in mountinfo.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out.push_back(static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0')));
      i += 3;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

Status mount_overlay(const OverlayLayers& layers, const std::string& target) {
  CHECK(!layers.lower.empty(), "the caller gives an empty directory for an image without layers");
  auto options = options_of(layers.lower, layers);
  std::vector<Fd> kept;
  if (options.size() > max_options) {
    // Many layers: name them by descriptors, which are shorter. The kernel resolves them while mounting.
    std::vector<std::string> by_descriptor;
    for (const auto& layer : layers.lower) {
      kept.push_back(TRY(open_file(layer, O_PATH | O_DIRECTORY)));
      by_descriptor.push_back(cat("/proc/self/fd/", kept.back().get()));
    }
    options = options_of(by_descriptor, layers);
  }
  if (options.size() > max_options) {
    return Error{.code = "InvalidImage", .message = cat("the image has too many layers to mount: ", layers.lower.size())};
  }
  if (::mount("overlay", target.c_str(), "overlay", MS_NODEV, options.c_str()) == 0) return Done{};
  auto error = system_error(errno, "mount the image at", target);
  error.detail = options;
  return error;
}

Status unmount_all(const std::string& target) {
  // Bounded, in case something mounts as fast as we unmount.
  for (int i = 0; i < 64; ++i) {
    if (::umount2(target.c_str(), UMOUNT_NOFOLLOW) == 0) continue;
    if (errno == EINVAL || errno == ENOENT || errno == ENOTDIR) return Done{};
    if (errno != EBUSY || ::umount2(target.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) return system_error(errno, "unmount", target);
  }
  return system_error(EBUSY, "unmount", target);
}

std::vector<std::string> parse_mounts_below(std::string_view mountinfo, std::string_view directory) {
  std::vector<std::string> found;
  auto prefix = cat(directory, '/');
  for (auto line : split(mountinfo, '\n')) {
    auto fields = split(line, ' ');
    if (fields.size() < 5) continue;
    auto point = unescape(fields[4]);
    if (point.starts_with(prefix)) found.push_back(std::move(point));
  }
  return found;
}

Result<std::vector<std::string>> mounts_below(const std::string& directory) {
  std::string text = TRY(read_file("/proc/self/mountinfo"));
  return parse_mounts_below(text, directory);
}

}  // namespace roadstead
