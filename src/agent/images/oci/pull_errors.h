// Turns what skopeo says on standard error into the sentences that ECS users know (reference/ecs-core.md §3.2).
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result/result.h"
#include "base/time/time.h"
#include "io/subprocess.h"

namespace roadstead {

/// The message of skopeo's last fatal line, unquoted; or the last line that is not empty.
std::string skopeo_message(std::string_view standard_error);

/// Why `reference` (as the task definition has it) could not be pulled. `retries` is how often skopeo was told to try
/// again. The detail is all of skopeo's standard error.
Error pull_error(std::string_view reference, const CommandOutcome& outcome, int retries);

/// Like it for a failure on this machine: no space, a damaged layer, an invalid image.
Error pull_error(std::string_view reference, const Error& cause);

/// "Could not transition to pulled; timed out after waiting 2h0m0s", the form that the ECS agent gives it.
Error pull_timed_out(Duration waited);

/// The request was taken back: "context canceled".
Error pull_cancelled(std::string_view reference);

/// Whether asking again later may help: the network and the registry's troubles, not a missing image or a refusal.
bool pull_may_succeed_later(const Error& error);

}  // namespace roadstead
