#include "decide/tasks/target_health.h"

#include "base/text/text.h"

namespace roadstead {

std::string target_health_text(const Reader& rows, const TargetRow& target) {
  auto group = rows.find<TargetGroupRow>(target.target_group_arn);
  auto port = group ? to_number<int>(group->health_check_port).value_or(target.port) : target.port;
  auto path = group && !group->health_check_path.empty() ? group->health_check_path : std::string("/");
  return cat(target.description.value_or("Health checks failed"), " on port ", port, ", ", path);
}

}  // namespace roadstead
