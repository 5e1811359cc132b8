// The NameServer of earnest use: an unbound of our own, bound to the machine's address in the network of tasks only.
//
//   tell ─► names.zone (replaced whole) ─► control.sock: auth_zone_reload, one step for those who ask
//        ─► unbound.conf differs, or nobody answers ─► stop, start: it makes itself a daemon and outlives us
//
// A machine's own service "unbound" is another process with another configuration and is left alone. The program is copied
// beside its configuration first: where AppArmor confines the distribution's, it could not read ours.
// Blocks; one thread. What the zone says is render_zone's affair. Layout: docs/formats/names.md.
#pragma once

#include <string>

#include "agent/names/port.h"
#include "agent/names/render_unbound.h"

namespace roadstead {

class UnboundServer final : public NameServer {
 public:
  explicit UnboundServer(NameServerSettings settings) : settings_(std::move(settings)) {}

  Status tell(const std::string& zone) override;
  Status shutdown() override;

  /// Whether it runs and answers.
  bool running() const;

  /// How often this object has started it, for metrics and tests.
  int starts() const { return starts_; }

 private:
  std::string path(std::string_view name) const;
  Status control(std::string_view command, std::string_view argument = {}) const;
  Status start(const std::string& config);
  void kill_silent() const;

  NameServerSettings settings_;
  int starts_ = 0;
};

/// Whether the programs are there.
bool name_server_installed();

/// The account "unbound" if there is one, else none: then it runs as ours.
std::string name_server_user();

}  // namespace roadstead
