#include "base/observe/log.h"

#include <unistd.h>

#include <atomic>
#include <chrono>

#include "base/text/text.h"
#include "base/time/time.h"

namespace roadstead {

namespace {

std::atomic<LogLevel> lowest_level{LogLevel::info};

std::string_view name_of(LogLevel level) {
  constexpr std::string_view names[] = {"debug", "info", "warning", "error"};
  return names[static_cast<int>(level)];
}

void append_value(std::string& line, std::string_view value) {
  bool plain = !value.empty() && value.find_first_of(" \"=\n\r\t") == std::string_view::npos;
  if (plain) {
    line.append(value);
    return;
  }
  line.push_back('"');
  for (char c : value) {
    if (c == '\n') {
      line.append("\\n");
    } else {
      if (c == '"' || c == '\\') line.push_back('\\');
      line.push_back(c);
    }
  }
  line.push_back('"');
}

}  // namespace

void set_log_level(LogLevel lowest) { lowest_level = lowest; }

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < lowest_level.load(std::memory_order_relaxed)) return;
  using namespace std::chrono;
  Instant now{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
  std::string line = cat("ts=", format_iso8601(now, true), " level=", name_of(level), " event=", event);
  for (const auto& field : fields) {
    line.push_back(' ');
    line.append(field.key);
    line.push_back('=');
    append_value(line, field.value);
  }
  line.push_back('\n');
  // A log that cannot be written is no reason to stop.
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace roadstead
