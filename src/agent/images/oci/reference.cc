#include "agent/images/oci/reference.h"

#include <algorithm>
#include <array>

#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::size_t max_reference = 1024;

/// Transports whose details are a path, and so must begin with "/": "oci:latest" is an image named oci.
constexpr std::array<std::string_view, 4> path_transports{"oci", "dir", "ostree", "sif"};

/// Transports whose name is no name of an image that anyone would use.
constexpr std::array<std::string_view, 5> sure_transports{
    "oci-archive", "docker-archive", "containers-storage", "docker-daemon", "tarball"};

template <class List>
bool contains(const List& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool is_lower_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_word(char c) { return is_lower_alnum(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

Error invalid(std::string_view text, std::string_view why) {
  return {.code = "InvalidReference", .message = cat("invalid reference format: \"", text, "\": ", why)};
}

/// One component of a repository: a-z 0-9, with '.', '_', '__' or any number of '-' between.
bool is_component(std::string_view part) {
  if (part.empty() || !is_lower_alnum(part.front()) || !is_lower_alnum(part.back())) return false;
  for (std::size_t i = 0; i < part.size();) {
    if (is_lower_alnum(part[i])) {
      ++i;
      continue;
    }
    auto end = part.find_first_not_of(part[i], i);
    auto run = end - i;
    bool allowed = (part[i] == '.' && run == 1) || (part[i] == '_' && run <= 2) || part[i] == '-';
    if (!allowed || !is_lower_alnum(part[end])) return false;
    i = end;
  }
  return true;
}

bool is_registry(std::string_view host) {
  auto name = host;
  if (host.starts_with('[')) {
    auto close = host.find(']');
    if (close == std::string_view::npos) return false;
    name = host.substr(close + 1);
    auto inside = host.substr(1, close - 1);
    if (inside.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    return name.empty() || (name.starts_with(':') && to_number<std::uint16_t>(name.substr(1)));
  }
  auto colon = name.find(':');
  if (colon != std::string_view::npos) {
    if (!to_number<std::uint16_t>(name.substr(colon + 1))) return false;
    name = name.substr(0, colon);
  }
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return (is_word(c) && c != '_') || c == '-' || c == '.'; });
}

bool is_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= 128 && is_word(tag.front()) &&
         std::all_of(tag.begin(), tag.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool is_sha256(std::string_view digest) {
  return digest.size() == 71 && digest.starts_with("sha256:") &&
         digest.substr(7).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Splits "host/path" the way Docker does: the first part is a host if it looks like one.
void split_registry(std::string_view name, ImageReference& into) {
  auto slash = name.find('/');
  auto first = name.substr(0, slash);
  bool has_upper = std::any_of(first.begin(), first.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  bool is_host = slash != std::string_view::npos &&
                 (first.find_first_of(".:") != std::string_view::npos || first == "localhost" || has_upper);
  into.registry = is_host ? std::string(first) : "docker.io";
  if (into.registry == "index.docker.io") into.registry = "docker.io";
  into.repository = is_host ? std::string(name.substr(slash + 1)) : std::string(name);
  if (into.registry == "docker.io" && into.repository.find('/') == std::string::npos) into.repository.insert(0, "library/");
}

Result<ImageReference> parse_registry_name(std::string_view text, std::string_view whole) {
  ImageReference reference;
  auto name = text;
  if (auto at = name.find('@'); at != std::string_view::npos) {
    reference.digest = name.substr(at + 1);
    name = name.substr(0, at);
    if (!is_sha256(reference.digest)) return invalid(whole, "after @ comes sha256: and 64 hexadecimal digits");
  }
  auto colon = name.rfind(':');
  if (colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos) {
    reference.tag = name.substr(colon + 1);
    name = name.substr(0, colon);
    if (!is_tag(reference.tag)) return invalid(whole, "a tag has 1 to 128 letters, digits, '_', '.' and '-'");
  } else if (reference.digest.empty()) {
    reference.tag = "latest";
  }
  split_registry(name, reference);
  if (!is_registry(reference.registry)) return invalid(whole, "the registry before the first '/' is not a host name");
  if (reference.repository.size() > 255) return invalid(whole, "the name has more than 255 characters");
  for (auto part : split(reference.repository, '/')) {
    if (is_component(part)) continue;
    if (is_component(to_lower(part))) return invalid(whole, "repository name must be lowercase");
    return invalid(whole, "names are made of a-z, 0-9 and single separators '.', '_', '-' between them");
  }
  return reference;
}

}  // namespace

std::string ImageReference::name() const {
  return in_registry() ? cat(registry, '/', repository) : cat(transport, ':', details);
}

std::string ImageReference::canonical() const {
  if (!in_registry()) return name();
  return digest.empty() ? cat(name(), ':', tag) : cat(name(), '@', digest);
}

std::string ImageReference::skopeo_source(std::string_view pinned) const {
  if (!in_registry()) return name();
  return pinned.empty() ? cat("docker://", canonical()) : cat("docker://", name(), '@', pinned);
}

bool ImageReference::on_localhost() const {
  if (!in_registry()) return false;
  auto host = std::string_view(registry);
  if (host.starts_with("[::1]")) return true;
  host = host.substr(0, host.find(':'));
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  auto parts = split(host, '.');
  return parts.size() == 4 && parts[0] == "127" &&
         std::all_of(parts.begin(), parts.end(), [](auto part) { return to_number<std::uint8_t>(part).has_value(); });
}

Result<ImageReference> parse_image_reference(std::string_view text) {
  if (text.empty()) return invalid(text, "the image has no name");
  if (text.size() > max_reference) return invalid(text.substr(0, 64), "it has more than 1024 characters");
  if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == '\x7f'; })) {
    return invalid(text, "it has white space or control characters");
  }
  if (text.starts_with("docker://")) return parse_registry_name(text.substr(9), text);
  auto colon = text.find(':');
  auto transport = text.substr(0, colon);
  auto details = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  bool sure = colon != std::string_view::npos && contains(sure_transports, transport);
  if (sure || (contains(path_transports, transport) && details.starts_with('/'))) {
    bool by_path = transport != "containers-storage" && transport != "docker-daemon";
    if (details.empty()) return invalid(text, "the transport needs details after its colon");
    if (by_path && !details.starts_with('/')) return invalid(text, "the path after the transport must begin with '/'");
    return ImageReference{.transport = std::string(transport), .details = std::string(details)};
  }
  ImageReference reference = TRY(parse_registry_name(text, text));
  reference.plain = true;
  return reference;
}

std::string with_digest(std::string_view text, std::string_view digest) {
  auto reference = parse_image_reference(text);
  if (!reference || !reference->in_registry() || !reference->digest.empty()) return std::string(text);
  auto colon = text.rfind(':');
  bool has_tag = colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos;
  return cat(has_tag ? text.substr(0, colon) : text, '@', digest);
}

std::string local_image_name(std::string_view text) {
  bool has_digest = text.find('@') != std::string_view::npos;
  auto colon = text.rfind(':');
  bool has_tag = colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos;
  return has_digest || has_tag ? std::string(text) : cat(text, ":latest");
}

}  // namespace roadstead
