// All services that Roadstead answers: the one list that the program and the in-process tests share.
// Adding a service is adding a line to registry.cc.
#pragma once

#include <memory>
#include <vector>

#include "aws/model/service_model.h"
#include "services/waits.h"

namespace roadstead {

class LogStore;
class ObjectStore;
class SealingKey;
class Transactor;
class ZoneSource;

/// What services have beside rows. All of it outlives them.
struct ServiceDeps {
  LogStore& logs;
  ObjectStore& objects;
  Transactor& transactor;
  /// What values of secrets and parameters are sealed with in the rows.
  const SealingKey& sealing_key;
  /// Where schedules find the time zones that they name.
  const ZoneSource& zones;
};

/// A service: its model, and its `Handlers` (of the generated type of that service). Without `owned` both live for ever.
struct ServiceRegistration {
  const ServiceModel& model;
  const void* handlers;
  /// Keeps `handlers` alive, where they were made with dependencies.
  std::shared_ptr<const void> owned = {};
  /// Null where no answer is worth waiting for.
  const WaitRules* waits = nullptr;
};

/// The services, whose handlers live as long as the answer. Lets the LogStore follow the rows; not on the state thread.
std::vector<ServiceRegistration> all_services(const ServiceDeps& deps);

}  // namespace roadstead
