// The commands that bring a running HAProxy from what it has to what it is to have, without a reload.
//
// Order matters, since commands take effect one by one: whatever is pointed at is made before what points at it, and
// taken away after. A request in between finds its way at every point. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/render/routes.h"
#include "proxy/servers/server_spec.h"

namespace roadstead {

/// One command of the runtime socket, perhaps with a payload (without the empty line at its end).
struct RuntimeCommand {
  std::string text;
  std::string payload = {};

  bool operator==(const RuntimeCommand&) const = default;
};

/// What goes into a map as a whole: prepared under a new version, then made current at once.
struct MapReplacement {
  std::string path;
  std::vector<std::string> payloads;  // each small enough for one command
};

/// One step of the plan: either commands, or the replacement of a map.
struct RuntimeStep {
  std::vector<RuntimeCommand> commands = {};
  std::optional<MapReplacement> replacement = {};
};

/// Steps for the maps of `want`, when HAProxy has those of `have`; all are replaced when that is not known.
std::vector<RuntimeStep> plan_maps(const std::string& directory, const Routes* have, const Routes& want);

/// Commands for the servers: new ones are added and put to work, deregistered ones drained, others taken away once no
/// request is in flight there. Taking away may fail while idle connections remain: the next plan has it again.
std::vector<RuntimeCommand> plan_servers(const LiveServers& live, const std::vector<ServerSpec>& want);

}  // namespace roadstead
