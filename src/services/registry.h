// All services that Roadstead answers: the one list that the program and the in-process tests share.
// Adding a service is adding a line to registry.cc.
#pragma once

#include <span>

#include "aws/model/service_model.h"

namespace roadstead {

/// A service: its model, and its `Handlers` (of the generated type of that service). Both live for ever.
struct ServiceRegistration {
  const ServiceModel& model;
  const void* handlers;
};

std::span<const ServiceRegistration> all_services();

}  // namespace roadstead
