#include "agent/logs/journald_outlet.h"

#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::size_t short_id = 12;

// A value with newlines follows its size, 64 bits little-endian.
void add_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  if (value.find('\n') == std::string_view::npos) {
    out += cat('=', value, '\n');
    return;
  }
  out += '\n';
  for (int at = 0; at < 8; ++at) out += static_cast<char>((value.size() >> (8 * at)) & 0xff);
  out += cat(value, '\n');
}

// Names of fields are capital letters, digits and underscores, and do not begin with an underscore.
std::string field_name(std::string_view text) {
  std::string out = to_upper(text);
  for (char& character : out) {
    bool fine = (character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9');
    if (!fine) character = '_';
  }
  std::size_t first = out.find_first_not_of('_');
  return first == std::string::npos ? "" : out.substr(first);
}

std::string entry(const LogTarget& target, const LogLine& line) {
  std::string out;
  add_field(out, "MESSAGE", line.message);
  add_field(out, "PRIORITY", line.from_stderr ? "3" : "6");
  add_field(out, "CONTAINER_ID", target.container_id.substr(0, short_id));
  add_field(out, "CONTAINER_ID_FULL", target.container_id);
  add_field(out, "CONTAINER_NAME", target.container_name);
  add_field(out, "CONTAINER_TAG", target.tag);
  add_field(out, "IMAGE_NAME", target.image_name);
  add_field(out, "SYSLOG_IDENTIFIER", target.tag);
  add_field(out, "SYSLOG_TIMESTAMP", format_iso8601(line.timestamp, true));
  for (const auto& [name, value] : target.attributes) {
    std::string field = field_name(name);
    if (!field.empty()) add_field(out, field, value);
  }
  if (!line.piece) return out;
  add_field(out, "CONTAINER_PARTIAL_MESSAGE", "true");
  add_field(out, "CONTAINER_PARTIAL_ID", line.piece->id);
  add_field(out, "CONTAINER_PARTIAL_ORDINAL", cat(line.piece->ordinal));
  add_field(out, "CONTAINER_PARTIAL_LAST", line.piece->last ? "true" : "false");
  return out;
}

}  // namespace

LogAddress journal_address() {
  return {.kind = LogAddress::Kind::unix_datagram, .path = "/run/systemd/journal/socket"};
}

std::vector<std::string> render_journald_lines(const LogTarget& target, std::span<const LogLine> lines) {
  std::vector<std::string> out;
  out.reserve(lines.size());
  for (const auto& line : lines) out.push_back(entry(target, line));
  return out;
}

}  // namespace roadstead
