#include "services/registry.h"

#include "logstore/log_store.h"
#include "services/appautoscaling/handlers.h"
#include "services/ecs/handlers.h"
#include "services/events/handlers.h"
#include "services/logs/handlers.h"
#include "services/s3/handlers.h"
#include "services/scheduler/handlers.h"
#include "services/secretsmanager/handlers.h"
#include "services/servicediscovery/handlers.h"
#include "services/sqs/handlers.h"
#include "services/sqs/waits.h"
#include "services/ssm/handlers.h"
#include "services/sts/handlers.h"

namespace roadstead {

std::vector<ServiceRegistration> all_services(const ServiceDeps& deps) {
  deps.logs.follow(deps.transactor);
  auto logs_handlers = std::make_shared<const logs::Handlers>(logs::make_handlers(deps.logs));
  auto s3_handlers = std::make_shared<const s3::Handlers>(s3::make_handlers(deps.objects));
  auto secrets_handlers = std::make_shared<const secretsmanager::Handlers>(secretsmanager::make_handlers(deps.sealing_key));
  auto ssm_handlers = std::make_shared<const ssm::Handlers>(ssm::make_handlers(deps.sealing_key));
  auto scheduler_handlers = std::make_shared<const scheduler::Handlers>(scheduler::make_handlers(deps.zones));
  return {
      {appautoscaling::service(), &appautoscaling::handlers},
      {ecs::service(), &ecs::handlers},
      {events::service(), &events::handlers},
      {logs::service(), logs_handlers.get(), logs_handlers},
      {s3::service(), s3_handlers.get(), s3_handlers},
      {scheduler::service(), scheduler_handlers.get(), scheduler_handlers},
      {secretsmanager::service(), secrets_handlers.get(), secrets_handlers},
      {servicediscovery::service(), &servicediscovery::handlers},
      {sqs::service(), &sqs::handlers, nullptr, &sqs::wait_rules},
      {ssm::service(), ssm_handlers.get(), ssm_handlers},
      {sts::service(), &sts::handlers},
  };
}

}  // namespace roadstead
