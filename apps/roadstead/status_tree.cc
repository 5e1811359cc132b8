#include "status_tree.h"

#include <boost/json.hpp>

#include "base/text/text.h"
#include "decide/express/express_resources.h"
#include "decide/placement/placement.h"
#include "decide/tasks/target_health.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

namespace json = boost::json;

/// What keeps a task from being given traffic; empty when nothing does.
std::string waiting_for(const Reader& rows, const TaskRow& task) {
  std::string out;
  rows.for_each(TargetRowIndex::by_task, task.task_arn, [&](const TargetRow& target) {
    if (target.state != TargetState::initial && target.state != TargetState::unhealthy) return;
    if (!out.empty()) out += "; ";
    out += cat("target ", to_lower(to_string(target.state)), ": ", target_health_text(rows, target));
  });
  return out;
}

json::object task_json(const Reader& rows, const TaskRow& task) {
  json::object out{{"id", task.task_id},
                   {"status", std::string(to_string(task.last_status))},
                   {"health", std::string(to_string(task.health_status))}};
  if (task.network) out["address"] = task.network->private_ip;
  if (!task.containers.empty()) out["image"] = task.containers.front().image;
  if (task.stopped_reason) out["reason"] = *task.stopped_reason;
  if (auto waiting = waiting_for(rows, task); !waiting.empty()) out["waiting_for"] = waiting;
  return out;
}

json::object deployment_json(const ServiceDeploymentRow& row) {
  json::object out{{"status", std::string(to_string(row.status))}, {"traffic_percent", static_cast<int>(row.production_weight)}};
  if (row.lifecycle_stage) out["stage"] = std::string(to_string(*row.lifecycle_stage));
  if (row.status_reason) out["reason"] = *row.status_reason;
  if (row.last_failure && row.status != ecs::ServiceDeploymentStatus::successful) out["last_failure"] = *row.last_failure;
  return out;
}

/// The deployment under way, or the newest one there was.
std::shared_ptr<const ServiceDeploymentRow> newest_deployment(const Reader& rows, const ServiceRow& service) {
  std::shared_ptr<const ServiceDeploymentRow> newest;
  rows.for_each(ServiceDeploymentRowIndex::by_service, service.service_arn,
                [&](const std::shared_ptr<const ServiceDeploymentRow>& row) {
                  if (!newest || row->created_at > newest->created_at) newest = row;
                });
  return newest;
}

std::string newest_event(const Reader& rows, const ServiceRow& service) {
  std::string message;
  rows.for_each(ServiceEventRowIndex::by_service, service.service_arn, [&](const ServiceEventRow& row) { message = row.message; });
  return message;
}

json::object service_json(const Reader& rows, const ServiceRow& service) {
  json::array tasks;
  int running = 0;
  int pending = 0;
  rows.for_each(TaskRowIndex::present_by_service, service.service_arn, [&](const TaskRow& task) {
    if (task.last_status == TaskStatus::running) ++running;
    if (task.last_status < TaskStatus::running) ++pending;
    tasks.push_back(task_json(rows, task));
  });
  json::object out{{"name", service.service_name}, {"status", service.status},  {"desired", service.desired_count},
                   {"running", running},           {"pending", pending},        {"tasks", tasks},
                   {"event", newest_event(rows, service)}};
  if (service.express) out["url"] = endpoint_of(rows, *service.express);
  if (auto deployment = newest_deployment(rows, service)) out["deployment"] = deployment_json(*deployment);
  return out;
}

}  // namespace

boost::json::value status_tree(const Reader& rows) {
  json::array clusters;
  rows.for_each<ClusterRow>([&](const ClusterRow& cluster) {
    if (cluster.status == "INACTIVE") return;
    json::array services;
    rows.for_each(ServiceRowIndex::by_cluster, cluster.cluster_arn, [&](const ServiceRow& service) {
      if (service.status != "INACTIVE") services.push_back(service_json(rows, service));
    });
    json::array tasks;
    rows.for_each(TaskRowIndex::present_by_cluster, cluster.cluster_arn, [&](const TaskRow& task) {
      if (!task.service_arn) tasks.push_back(task_json(rows, task));
    });
    clusters.push_back(json::object{{"name", cluster.cluster_name}, {"services", services}, {"tasks", tasks}});
  });
  return json::object{{"clusters", clusters}, {"network", network_tree(rows)}};
}

boost::json::value network_tree(const Reader& rows) {
  json::array subnets;
  for (const auto& id : default_subnet_ids(rows)) {
    auto subnet = rows.find<SubnetRow>(id);
    subnets.push_back(json::object{{"id", id}, {"zone", subnet->availability_zone}, {"block", subnet->cidr_block}});
  }
  std::string group_id;
  rows.for_each(SecurityGroupRowIndex::by_vpc, default_vpc(rows)->vpc_id, [&](const SecurityGroupRow& group) {
    if (group.group_name == "default") group_id = group.group_id;
  });
  return json::object{{"subnets", subnets}, {"security_group", group_id}};
}

}  // namespace roadstead
