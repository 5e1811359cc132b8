// The back door of a running server: a Unix socket for its owner, through which the other sub-commands of `roadstead`
// read the whole state at once and reach what AWS has no API for (local images, stopping it).
//
//   GET    /admin/identity           endpoint, region, access key, CA file
//   GET    /admin/status             clusters, services, deployments, tasks, URLs, network
//   GET    /admin/network            subnets and security group
//   GET    /admin/images             local images
//   POST   /admin/images?path&name   loads one
//   DELETE /admin/images?name        removes one
//   POST   /admin/exec?task&container&command&interactive   makes a session in a container
//   POST   /admin/stop               ends the server; tasks and the proxy go on
//
// Answers are JSON; errors are {"code", "message"} with status 400 or 404. Any thread; may be answered later.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>

#include "agent/images/port.h"
#include "io/worker_pool.h"
#include "net/http.h"
#include "store/transactor.h"

namespace roadstead {

/// What the command line is told of a running server.
struct AdminIdentity {
  /// Of the installation (ServeSettings::name).
  std::string name;
  std::string endpoint;
  std::string region;
  std::string account_id;
  std::string access_key_id;
  std::string secret_access_key;
  std::string ca_file;
};

class Admin {
 public:
  struct Deps {
    Transactor& transactor;
    Images& images;
    WorkerPool& workers;
    AdminIdentity identity;
    /// Asks the server to end.
    std::function<void()> stop;
  };

  explicit Admin(Deps deps) : deps_(std::move(deps)) {}

  /// Whether a request is for this door: its path begins with /admin/ and it came through the Unix socket.
  static bool is_for(const HttpRequest& request);

  /// Whether it is about images, which the node takes over first when the server starts.
  static bool needs_node(const HttpRequest& request);

  void serve(HttpRequest request, HttpResponder respond);

 private:
  void list_images(const HttpResponder& respond);
  void load_image(const std::string& path, const std::string& name, const std::string& platform, const HttpResponder& respond);
  void remove_image(const std::string& name, const HttpResponder& respond);
  void show(boost::json::value (*render)(const Reader&), const HttpResponder& respond);

  Deps deps_;
};

}  // namespace roadstead
