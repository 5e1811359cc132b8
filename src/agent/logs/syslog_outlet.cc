#include "agent/logs/syslog_outlet.h"

#include <unistd.h>

#include <array>

#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr int severity_error = 3;
constexpr int severity_info = 6;

// Words of a header have no spaces and nothing unprintable; an empty one is "-".
std::string header_word(std::string_view text, std::size_t longest) {
  std::string out(text.substr(0, longest));
  for (char& character : out) {
    if (character <= ' ' || character > '~') character = '_';
  }
  return out.empty() ? "-" : out;
}

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = cat(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

// "2026-01-02T03:04:05Z", with a fraction of six digits if asked.
std::string rfc5424_time(Instant at, bool micros) {
  std::string seconds = format_iso8601(Instant{at.micros / 1'000'000 * 1'000'000});
  if (!micros) return seconds;
  seconds.pop_back();
  return cat(seconds, '.', padded(at.micros % 1'000'000, 6), 'Z');
}

// "Jan  2 03:04:05"
std::string rfc3164_time(Instant at) {
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::string iso = format_iso8601(at);
  auto month = to_number<std::size_t>(std::string_view(iso).substr(5, 2)).value_or(1);
  std::string day = iso[8] == '0' ? cat(' ', iso[9]) : iso.substr(8, 2);
  return cat(months[(month + 11) % 12], ' ', day, ' ', iso.substr(11, 8));
}

std::string hostname_here() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace

std::string render_syslog_message(const LogTarget& target, const LogLine& line, const std::string& hostname) {
  int priority = target.facility * 8 + (line.from_stderr ? severity_error : severity_info);
  std::string host = header_word(hostname, 255);
  if (target.format == "rfc3164") {
    return cat('<', priority, '>', rfc3164_time(line.timestamp), ' ', host, ' ', header_word(target.tag, 48), ": ", line.message);
  }
  bool micros = target.format == "rfc5424micro";
  return cat('<', priority, ">1 ", rfc5424_time(line.timestamp, micros), ' ', host, ' ', header_word(target.tag, 48), " - ",
             header_word(target.tag, 32), " - ", line.message);
}

std::vector<std::string> render_syslog_lines(const LogTarget& target, std::span<const LogLine> lines) {
  std::string hostname = hostname_here();
  bool stream = target.address.kind == LogAddress::Kind::tcp || target.address.kind == LogAddress::Kind::unix_stream;
  std::vector<std::string> out;
  out.reserve(lines.size());
  for (const auto& line : lines) {
    out.push_back(render_syslog_message(target, line, hostname));
    if (stream) out.back() += '\n';
  }
  return out;
}

}  // namespace roadstead
