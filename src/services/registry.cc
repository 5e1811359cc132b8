#include "services/registry.h"

#include "services/ecs/handlers.h"
#include "services/sts/handlers.h"

namespace roadstead {

std::span<const ServiceRegistration> all_services() {
  static const ServiceRegistration services[] = {
      {ecs::service(), &ecs::handlers},
      {sts::service(), &sts::handlers},
  };
  return services;
}

}  // namespace roadstead
