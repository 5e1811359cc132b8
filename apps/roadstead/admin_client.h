// How sub-commands talk to a running server: through its admin socket. Blocking; one thread.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "arguments.h"
#include "base/result/result.h"

namespace roadstead {

/// Sends one request to the server of a state directory and gives its JSON answer.
/// Errors: NotRunning, which says how to start it; the server's own.
Result<boost::json::value> ask_server(const std::string& state_directory, std::string_view method, const std::string& target);

/// Prints an error for the user and gives the exit code that goes with it.
int fail(const Error& error);

/// The options that all sub-commands of a running server take, after their own.
std::vector<Option> with_state_options(std::vector<Option> own);

/// As above, of those that print JSON with --json.
std::vector<Option> with_common_options(std::vector<Option> own);

}  // namespace roadstead
