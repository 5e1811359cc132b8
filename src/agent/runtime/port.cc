#include "agent/runtime/port.h"

#include "base/text/text.h"

namespace roadstead {

std::string container_id(const ContainerRef& container) { return cat(container.task_id, '-', container.name); }

}  // namespace roadstead
