#include "services/registry.h"

#include "logstore/log_store.h"
#include "services/ecs/handlers.h"
#include "services/logs/handlers.h"
#include "services/sts/handlers.h"

namespace roadstead {

std::vector<ServiceRegistration> all_services(const ServiceDeps& deps) {
  deps.logs.follow(deps.transactor);
  auto logs_handlers = std::make_shared<const logs::Handlers>(logs::make_handlers(deps.logs));
  return {
      {ecs::service(), &ecs::handlers},
      {logs::service(), logs_handlers.get(), logs_handlers},
      {sts::service(), &sts::handlers},
  };
}

}  // namespace roadstead
