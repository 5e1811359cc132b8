// The Proxy of earnest use: makes a HAProxy process match the rows, by commands where it can and by a reload where it
// must, and reads what HAProxy sees of the targets (docs/formats/haproxy.md).
//
// It asks HAProxy what it has instead of remembering it, so after a crash of either side it simply goes on: a running
// HAProxy is adopted with its connections, a dead one is started again with the same servers.
// One thread calls it (ProxyActor); a step blocks for milliseconds, one with a reload for about 0.2 s.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proxy/certificates/certificate_authority.h"
#include "proxy/haproxy/haproxy_process.h"
#include "proxy/haproxy/runtime_socket.h"
#include "proxy/port.h"
#include "proxy/render/render_haproxy.h"
#include "proxy/servers/parse_stats.h"

namespace roadstead {

class HaproxyProxy final : public Proxy {
 public:
  /// `ca_directory` holds the local certificate authority; `machine` names it. Nothing happens before the first step.
  HaproxyProxy(ProxySettings settings, std::string ca_directory, std::string machine);

  Result<ProxyObservation> step(const ProxyView& view, Instant now) override;
  const ProxyStats& stats() const override { return stats_; }
  Status shutdown() override;
  int watch_fd() const override { return process_.watch_fd(); }

  /// How often HAProxy was started and reloaded by this object, for metrics and tests.
  int starts() const { return starts_; }
  int reloads() const { return reloads_; }
  int pid() const { return process_.pid(); }

 private:
  using Monotonic = std::chrono::steady_clock::time_point;

  /// A certificate on disk, and whether HAProxy has this very one.
  struct HostCertificate {
    std::string pem;
    Instant not_after;
    Instant check_at;
    bool live = false;
  };

  Status prepare(Instant now);
  Status connect();
  Status look(const ProxyView& view, bool all);
  Status look_at_old_workers(const ProxyView& view);
  Result<std::string> ask_master(std::string_view question);
  void count(const ProxyView& view, const ShownStats& shown);
  void begin_new_count();

  void render(const ProxyView& view, Instant now);
  void check_ports(const ProxyView& view);
  Status ensure_certificates(Instant now);
  Status write_files(bool with_config);
  Status write_changed(const std::string& name, const std::string& text);
  Status validate();

  Status match(const ProxyView& view, Instant now);
  Status start();
  Status reload();
  Status wait_for_structure();
  Status apply_live(bool routes_too);
  Status apply_maps();
  Status replace_map(const MapReplacement& replacement);
  Status apply_certificates();
  Status apply_certificate(const std::string& host, HostCertificate& certificate);
  Status apply_servers();
  bool is_checked_as_wanted(const std::string& backend) const;
  void drain_in_old_workers(const std::string& command);

  ProxyObservation observe(const ProxyView& view, Instant now) const;
  std::string runtime_path() const;
  std::string master_path() const;

  ProxySettings settings_;
  std::string ca_directory_;
  std::string machine_;
  std::optional<CertificateAuthority> authority_;
  HaproxyProcess process_;
  RuntimeSocket runtime_;

  // What is wanted.
  ProxyView rendered_view_;
  std::optional<RenderedProxy> rendered_;
  std::vector<ServerSpec> servers_;
  std::map<std::string, HostCertificate> certificates_;  // by host; "" is the default one
  std::map<int, std::string> blocked_ports_;
  std::set<std::string> blocked_addresses_;
  Monotonic ports_checked_at_{};
  std::map<std::string, std::string> written_;  // by path: the hash of what is on disk

  // What HAProxy has.
  std::string structure_;
  std::optional<Routes> live_routes_;
  std::set<std::string> live_hosts_;  // in its crt-list
  std::map<std::string, std::string> live_checks_;  // by backend: how its servers are checked
  std::set<int> bound_ports_;
  ShownStats live_;
  std::vector<int> old_workers_;
  std::map<std::string, int> old_sessions_;
  Monotonic looked_at_{};
  Monotonic reloaded_at_{};

  ProxyStats counted_before_;  // by workers that are gone
  ProxyStats counted_now_;     // by the present worker
  ProxyStats stats_;
  int starts_ = 0;
  int reloads_ = 0;
};

}  // namespace roadstead
