// The composition root of `serve`: control plane, this machine's agent and the proxy in one process.
//
//   state directory (lock) ─ log ─ database ─ transactor ─ controllers          control plane
//                                     │ feed
//                     ┌───────────────┼────────────────┐
//                 node agent      proxy actor       key ring ─ gateway ─ HTTP server (API, admin socket)
//
// Members are declared in the order they are made; they go in the opposite one. Nothing here stops a container or
// HAProxy: those outlive the server, and the next start finds them again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result/result.h"
#include "serve_settings.h"

namespace roadstead {

class Server {
 public:
  /// Makes everything, the API first. Errors carry a sentence for the user and one of the codes of exit_code_of.
  static Result<std::unique_ptr<Server>> start(const ServeSettings& settings);

  /// Lets go of everything in order; tasks and HAProxy go on.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// "http://127.0.0.1:4848"
  std::string endpoint() const;

  /// What the admin door calls when the server is asked to end: at once if it was asked before, while it started.
  void on_stop_request(std::function<void()> stop);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

/// The exit code of `serve` for what kept it from starting (documented in docs/operations.md).
int exit_code_of(const Error& error);

}  // namespace roadstead
