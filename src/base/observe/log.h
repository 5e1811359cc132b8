// Our own log: one line an event on standard error, key=value, values quoted when they need it.
// Any thread; a line is written by one call, so lines never mix. Secrets never go in: pass names, not values.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace roadstead {

enum class LogLevel : int { debug, info, warning, error };

/// One key=value of a log line.
struct LogField {
  std::string_view key;
  std::string value;
};

/// Lines below `lowest` are dropped. The default is info.
void set_log_level(LogLevel lowest);

/// Writes "ts=… level=… event=<event> key=value …".
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::debug, event, fields);
}

inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, event, fields);
}

inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warning, event, fields);
}

inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, event, fields);
}

}  // namespace roadstead
