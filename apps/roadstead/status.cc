#include <boost/json.hpp>
#include <cstdio>

#include "admin_client.h"
#include "base/text/text.h"
#include "commands.h"
#include "serve_settings.h"

namespace roadstead {

namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  if (value == nullptr) return "";
  if (value->is_string()) return std::string(value->as_string());
  return json::serialize(*value);
}

void print_task(const json::object& task, const char* indent) {
  auto reason = text_of(task, "reason");
  std::printf("%stask %.8s  %-14s %-9s %-15s %s%s%s\n", indent, text_of(task, "id").c_str(), text_of(task, "status").c_str(),
              text_of(task, "health").c_str(), text_of(task, "address").c_str(), text_of(task, "image").c_str(),
              reason.empty() ? "" : "  ", reason.c_str());
  auto waiting = text_of(task, "waiting_for");
  if (!waiting.empty()) std::printf("%s  %s\n", indent, waiting.c_str());
}

void print_service(const json::object& service) {
  std::printf("  service %s  %s  %s/%s running\n", text_of(service, "name").c_str(), text_of(service, "status").c_str(),
              text_of(service, "running").c_str(), text_of(service, "desired").c_str());
  auto url = text_of(service, "url");
  if (!url.empty()) std::printf("    url  %s\n", url.c_str());
  if (const auto* deployment = service.if_contains("deployment")) {
    const auto& object = deployment->as_object();
    auto stage = text_of(object, "stage");
    auto reason = text_of(object, "reason");
    std::printf("    deployment  %s%s%s  %s%% of the traffic%s%s\n", text_of(object, "status").c_str(), stage.empty() ? "" : " ",
                stage.c_str(), text_of(object, "traffic_percent").c_str(), reason.empty() ? "" : "  ", reason.c_str());
    auto failure = text_of(object, "last_failure");
    if (!failure.empty() && reason.find(failure) == std::string::npos) std::printf("      last failure  %s\n", failure.c_str());
  }
  for (const auto& task : service.at("tasks").as_array()) print_task(task.as_object(), "    ");
  auto event = text_of(service, "event");
  if (!event.empty()) std::printf("    last event  %s\n", event.c_str());
}

void print_tree(const json::object& tree) {
  for (const auto& item : tree.at("clusters").as_array()) {
    const auto& cluster = item.as_object();
    std::printf("cluster %s\n", text_of(cluster, "name").c_str());
    for (const auto& service : cluster.at("services").as_array()) print_service(service.as_object());
    for (const auto& task : cluster.at("tasks").as_array()) print_task(task.as_object(), "  ");
    if (cluster.at("services").as_array().empty() && cluster.at("tasks").as_array().empty()) {
      std::printf("  nothing runs here\n");
    }
  }
  const auto& network = tree.at("network").as_object();
  std::printf("network\n");
  for (const auto& item : network.at("subnets").as_array()) {
    const auto& subnet = item.as_object();
    std::printf("  subnet %s  %s  %s\n", text_of(subnet, "id").c_str(), text_of(subnet, "zone").c_str(), text_of(subnet, "block").c_str());
  }
  std::printf("  security group %s\n", text_of(network, "security_group").c_str());
}

}  // namespace

/// Shows what there is, as a tree.
int run_status(const Words& words) {
  auto options = with_common_options({});
  auto arguments = Arguments::parse(words, options);
  if (!arguments) return fail(arguments.error());
  if (arguments->has("help")) {
    std::printf("usage: roadstead status\n\n%s", help_of(options).c_str());
    return 0;
  }
  auto tree = ask_server(arguments->get("state", default_state_directory()), "GET", "/admin/status");
  if (!tree) return fail(tree.error());
  if (arguments->has("json")) {
    std::printf("%s\n", json::serialize(*tree).c_str());
  } else {
    print_tree(tree->as_object());
  }
  return 0;
}

}  // namespace roadstead
