#include "agent/devices/cdi.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

constexpr std::int64_t highest_id = 0xffffffff;
constexpr std::int64_t highest_mode = 07777;
constexpr std::int64_t highest_device = 0xffffffff;
constexpr std::int64_t longest_timeout = 86'400;
constexpr std::array<std::string_view, 6> hook_names{"prestart",       "createRuntime", "createContainer",
                                                     "startContainer", "poststart",     "poststop"};

Error malformed(std::string_view place, std::string_view what) { return {"MalformedCdi", cat(place, place.empty() ? "" : ": ", what)}; }

/// An object of the document and where it is, "devices[0].containerEdits".
struct Place {
  const json::object& object;
  std::string name;

  std::string of(std::string_view key) const { return name.empty() ? std::string(key) : cat(name, ".", key); }

  /// Null when the member is missing or null: Go's encoders write null for a list without members.
  const json::value* find(std::string_view key) const {
    const auto* member = object.if_contains(key);
    return member == nullptr || member->is_null() ? nullptr : member;
  }
};

Result<std::string> text_of(const json::value& value, const std::string& where) {
  if (!value.is_string()) return malformed(where, "must be a text");
  std::string text(value.as_string());
  if (text.find('\0') != std::string::npos) return malformed(where, "must not hold the character NUL");
  return text;
}

/// The text at `key`, empty when there is none.
Result<std::string> read_text(const Place& place, std::string_view key) {
  const auto* member = place.find(key);
  return member == nullptr ? Result<std::string>(std::string()) : text_of(*member, place.of(key));
}

Result<std::string> read_needed(const Place& place, std::string_view key) {
  auto text = TRY(read_text(place, key));
  if (text.empty()) return malformed(place.of(key), "is needed");
  return text;
}

Result<std::string> read_path(const Place& place, std::string_view key) {
  auto path = TRY(read_needed(place, key));
  if (path.front() != '/') return malformed(place.of(key), cat("must be an absolute path, not '", path, "'"));
  return path;
}

Result<std::int64_t> number_of(const json::value& value, std::int64_t least, std::int64_t most, const std::string& where) {
  boost::system::error_code problem;
  auto number = value.to_number<std::int64_t>(problem);
  if (problem || number < least || number > most) return malformed(where, cat("must be a number from ", least, " to ", most));
  return number;
}

Result<std::optional<std::int64_t>> read_number(const Place& place, std::string_view key, std::int64_t least, std::int64_t most) {
  const auto* member = place.find(key);
  if (member == nullptr) return std::optional<std::int64_t>();
  return std::optional<std::int64_t>(TRY(number_of(*member, least, most, place.of(key))));
}

std::optional<std::uint32_t> narrow(std::optional<std::int64_t> number) {
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

/// The members of the list at `key`, each read by `read(value, where)`.
template <class T, class Read>
Result<std::vector<T>> read_list(const Place& place, std::string_view key, Read read) {
  std::vector<T> out;
  const auto* member = place.find(key);
  if (member == nullptr) return out;
  if (!member->is_array()) return malformed(place.of(key), "must be a list");
  for (const auto& value : member->as_array()) out.push_back(TRY(read(value, cat(place.of(key), "[", out.size(), "]"))));
  return out;
}

Result<std::vector<std::string>> read_texts(const Place& place, std::string_view key) {
  return read_list<std::string>(place, key, text_of);
}

Result<std::string> variable_of(const json::value& value, const std::string& where) {
  auto text = TRY(text_of(value, where));
  auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) return malformed(where, "must be NAME=value");
  return text;
}

Result<Place> place_of(const json::value& value, const std::string& where) {
  if (!value.is_object()) return malformed(where, "must be an object");
  return Place{value.as_object(), where};
}

Result<char> read_node_type(const Place& place) {
  auto type = TRY(read_text(place, "type"));
  if (type.empty()) return '\0';
  if (type == "u") return 'c';  // the kernel's other word for it
  if (type == "c" || type == "b" || type == "p") return type.front();
  return malformed(place.of("type"), cat("must be c, b, u or p, not '", type, "'"));
}

Result<CdiDeviceNode> parse_node(const json::value& value, const std::string& where) {
  auto place = TRY(place_of(value, where));
  CdiDeviceNode node{.path = TRY(read_path(place, "path")), .host_path = {}};
  node.host_path = place.find("hostPath") == nullptr ? node.path : TRY(read_path(place, "hostPath"));
  node.type = TRY(read_node_type(place));
  node.major = TRY(read_number(place, "major", 0, highest_device));
  node.minor = TRY(read_number(place, "minor", 0, highest_device));
  if (auto access = TRY(read_text(place, "permissions")); !access.empty()) node.access = access;
  if (node.access.find_first_not_of("rwm") != std::string::npos) {
    return malformed(place.of("permissions"), "must be of the letters r, w and m");
  }
  node.mode = narrow(TRY(read_number(place, "fileMode", 0, highest_mode)));
  node.uid = narrow(TRY(read_number(place, "uid", 0, highest_id)));
  node.gid = narrow(TRY(read_number(place, "gid", 0, highest_id)));
  return node;
}

Result<CdiMount> parse_mount(const json::value& value, const std::string& where) {
  auto place = TRY(place_of(value, where));
  CdiMount mount{.host_path = TRY(read_needed(place, "hostPath")), .container_path = TRY(read_path(place, "containerPath"))};
  mount.type = TRY(read_text(place, "type"));
  mount.options = TRY(read_texts(place, "options"));
  if (mount.type == "tmpfs") return mount;
  if (!mount.type.empty() && mount.type != "bind" && mount.type != "none") {
    return malformed(place.of("type"), cat("must be bind or tmpfs, not '", mount.type, "'"));
  }
  if (mount.host_path.front() != '/') return malformed(place.of("hostPath"), "must be an absolute path");
  return mount;
}

Result<CdiHook> parse_hook(const json::value& value, const std::string& where) {
  auto place = TRY(place_of(value, where));
  CdiHook hook{.name = TRY(read_needed(place, "hookName")), .path = TRY(read_path(place, "path"))};
  if (std::ranges::find(hook_names, hook.name) == hook_names.end()) {
    return malformed(place.of("hookName"), cat("there is no hook '", hook.name, "' in the life of a container"));
  }
  hook.args = TRY(read_texts(place, "args"));
  hook.env = TRY(read_list<std::string>(place, "env", variable_of));
  hook.timeout_seconds = TRY(read_number(place, "timeout", 1, longest_timeout));
  return hook;
}

Result<CdiEdits> read_edits(const Place& around) {
  CdiEdits edits;
  const auto* member = around.find("containerEdits");
  if (member == nullptr) return edits;
  auto place = TRY(place_of(*member, around.of("containerEdits")));
  edits.env = TRY(read_list<std::string>(place, "env", variable_of));
  edits.nodes = TRY(read_list<CdiDeviceNode>(place, "deviceNodes", parse_node));
  edits.mounts = TRY(read_list<CdiMount>(place, "mounts", parse_mount));
  edits.hooks = TRY(read_list<CdiHook>(place, "hooks", parse_hook));
  auto gid_of = [](const json::value& value, const std::string& where) { return number_of(value, 0, highest_id, where); };
  auto gids = TRY(read_list<std::int64_t>(place, "additionalGids", gid_of));
  for (auto gid : gids) edits.additional_gids.push_back(static_cast<std::uint32_t>(gid));
  return edits;
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// Letters and digits at both ends, and between them also what is in `more`.
bool is_name(std::string_view text, std::string_view more) {
  if (text.empty() || !is_letter_or_digit(text.front()) || !is_letter_or_digit(text.back())) return false;
  return std::ranges::all_of(text, [&](char c) { return is_letter_or_digit(c) || more.find(c) != std::string_view::npos; });
}

Result<CdiDevice> parse_device(const json::value& value, const std::string& where) {
  auto place = TRY(place_of(value, where));
  CdiDevice device{.name = TRY(read_needed(place, "name"))};
  if (!is_name(device.name, "_-.:")) {
    return malformed(place.of("name"), cat("'", device.name, "' is no name of a device: letters, digits and, between them, _ - . :"));
  }
  device.edits = TRY(read_edits(place));
  return device;
}

bool is_kind(std::string_view kind) {
  auto slash = kind.find('/');
  return slash != std::string_view::npos && is_name(kind.substr(0, slash), "_-.") && is_name(kind.substr(slash + 1), "_-.");
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

Result<CdiSpec> parse_cdi(std::string_view text) {
  boost::system::error_code problem;
  auto document = json::parse(text, problem);
  if (problem) return malformed("", cat("this is not JSON: ", problem.message()));
  if (!document.is_object()) return malformed("", "a CDI file must be a JSON object");
  Place root{document.as_object(), ""};
  auto version = TRY(read_needed(root, "cdiVersion"));
  if (!version.starts_with("0.") && !version.starts_with("1.")) {
    return malformed("cdiVersion", cat("is '", version, "'; versions 0.3.0 to 1.1.0 are known"));
  }
  CdiSpec spec{.kind = TRY(read_needed(root, "kind"))};
  if (!is_kind(spec.kind)) return malformed("kind", cat("must be like vendor.com/class, not '", spec.kind, "'"));
  spec.devices = TRY(read_list<CdiDevice>(root, "devices", parse_device));
  spec.edits = TRY(read_edits(root));
  return spec;
}

void append_edits(CdiEdits& edits, const CdiEdits& more) {
  append(edits.env, more.env);
  append(edits.nodes, more.nodes);
  append(edits.mounts, more.mounts);
  append(edits.hooks, more.hooks);
  append(edits.additional_gids, more.additional_gids);
}

}  // namespace roadstead
