// A command line as words and back, the way a shell reads one that uses quotes and backslashes but nothing else: no
// variables, no patterns, no pipes. ExecuteCommand has a text, a process has words. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// Cuts a command into words. Errors: InvalidCommand (a quote that is not closed, no word at all).
Result<std::vector<std::string>> split_command(std::string_view command);

/// A text that split_command cuts into exactly these words.
std::string join_command(const std::vector<std::string>& words);

}  // namespace roadstead
