#include "agent/node/multiline.h"

#include <array>
#include <utility>

#include "base/text/text.h"

namespace roadstead {
namespace {

// The library's matcher goes one call deeper for each character.
constexpr std::size_t most_looked_at = 1024;

constexpr std::array<std::pair<char, std::string_view>, 18> directives{{
    {'a', "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"},
    {'A', "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"},
    {'b', "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"},
    {'B', "(?:January|February|March|April|May|June|July|August|September|October|November|December)"},
    {'d', "(?:0[1-9]|[12]\\d|3[01])"},
    {'f', "\\d{6}"},
    {'H', "(?:[01]\\d|2[0-3])"},
    {'I', "(?:0[1-9]|1[0-2])"},
    {'j', "(?:00[1-9]|0[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6])"},
    {'L', "\\.\\d{3}"},
    {'m', "(?:0[1-9]|1[0-2])"},
    {'M', "[0-5]\\d"},
    {'p', "[AP]M"},
    {'S', "[0-5]\\d"},
    {'w', "[0-6]"},
    {'y', "\\d{2}"},
    {'Y', "\\d{4}"},
    {'z', "[+-]\\d{4}"},
}};

std::string_view pattern_of(char directive) {
  if (directive == 'Z') return "[A-Z]{1,4}T";
  for (const auto& [letter, pattern] : directives) {
    if (letter == directive) return pattern;
  }
  return {};
}

}  // namespace

Result<EventStart> EventStart::from(const std::string& pattern) {
  try {
    return EventStart(std::regex(pattern, std::regex::ECMAScript | std::regex::optimize));
  } catch (const std::regex_error& problem) {
    return Error{"InvalidPattern", cat("the pattern ", pattern, " cannot be used: ", problem.what())};
  }
}

bool EventStart::matches(std::string_view line) const {
  auto looked_at = line.substr(0, most_looked_at);
  return std::regex_search(looked_at.begin(), looked_at.end(), pattern_);
}

std::string pattern_of_datetime(std::string_view format) {
  std::string out;
  for (std::size_t at = 0; at < format.size(); ++at) {
    char c = format[at];
    auto pattern = c == '%' && at + 1 < format.size() ? pattern_of(format[at + 1]) : std::string_view();
    if (!pattern.empty()) {
      out += pattern;
      ++at;
      continue;
    }
    // `\[` is a bracket already, as in the examples of Docker's manual.
    bool escaped = c == '\\' && at + 1 < format.size();
    if (escaped) {
      out.append(format.substr(at++, 2));
      continue;
    }
    if (std::string_view("\\^$.|?*+()[]{}").contains(c)) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::optional<std::string> event_pattern_of(const LogTarget& target) {
  if (target.group.empty()) return std::nullopt;
  if (!target.datetime_format.empty()) return pattern_of_datetime(target.datetime_format);
  if (!target.multiline_pattern.empty()) return target.multiline_pattern;
  return std::nullopt;
}

Status check_event_pattern(const LogTarget& target) {
  auto pattern = event_pattern_of(target);
  if (!pattern) return Done{};
  auto start = EventStart::from(*pattern);
  if (start) return Done{};
  std::string_view option = target.datetime_format.empty() ? "awslogs-multiline-pattern" : "awslogs-datetime-format";
  return Error{"ResourceInitializationError",
               cat("failed to initialize logging driver: awslogs could not parse multiline pattern key \"", option, "\": ",
                   start.error().message)};
}

}  // namespace roadstead
