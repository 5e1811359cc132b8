#include "agent/sandbox/record.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

json::array to_json(const std::vector<std::string>& texts) {
  json::array out;
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::int64_t number_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

const json::array& array_of(const json::object& object, std::string_view name) {
  static const json::array none;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::vector<std::string> texts_of(const json::object& object, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& value : array_of(object, name)) {
    if (value.is_string()) out.emplace_back(value.get_string());
  }
  return out;
}

}  // namespace

std::string render_record(const TaskRecord& record) {
  const auto& task = record.task;
  json::array ports;
  for (const auto& port : task.port_mappings) {
    ports.push_back(
        json::object{{"protocol", port.protocol}, {"container", port.container_port}, {"host", port.host_port}}
    );
  }
  json::object out{
      {"task", task.task_id},
      {"mode", static_cast<int>(task.mode)},
      {"address", task.address},
      {"mac", task.mac},
      {"groups", to_json(task.security_group_ids)},
      {"hostname", task.hostname},
      {"dnsServers", to_json(task.dns_servers)},
      {"dnsSearch", to_json(task.dns_search)},
      {"ports", std::move(ports)},
      {"connect", task.connect_namespace},
      {"link", record.link},
  };
  return json::serialize(out);
}

Result<TaskRecord> parse_record(std::string_view text) {
  boost::system::error_code problem;
  auto value = json::parse(json::string_view(text.data(), text.size()), problem);
  if (problem || !value.is_object()) return Error{"InvalidNetwork", "a task's network record is not JSON"};
  const auto& object = value.get_object();
  auto mode = number_of(object, "mode");
  if (text_of(object, "task").empty() || mode < 0 || mode > static_cast<int>(NetworkMode::none)) {
    return Error{"InvalidNetwork", "a task's network record names no task or no mode"};
  }
  TaskRecord record{.task = {.task_id = text_of(object, "task"),
                             .mode = static_cast<NetworkMode>(mode),
                             .address = text_of(object, "address"),
                             .mac = text_of(object, "mac"),
                             .security_group_ids = texts_of(object, "groups"),
                             .hostname = text_of(object, "hostname"),
                             .dns_servers = texts_of(object, "dnsServers"),
                             .dns_search = texts_of(object, "dnsSearch"),
                             .connect_namespace = text_of(object, "connect")},
                    .link = text_of(object, "link")};
  for (const auto& port : array_of(object, "ports")) {
    if (!port.is_object()) continue;
    const auto& fields = port.get_object();
    record.task.port_mappings.push_back({.protocol = text_of(fields, "protocol"),
                                         .container_port = static_cast<std::uint16_t>(number_of(fields, "container")),
                                         .host_port = static_cast<std::uint16_t>(number_of(fields, "host"))});
  }
  return record;
}

Status replace_file(const std::string& path, const std::string& text) {
  auto fresh = cat(path, ".new");
  std::ofstream file(fresh, std::ios::trunc);
  file << text;
  file.close();
  if (!file || std::rename(fresh.c_str(), path.c_str()) != 0) {
    return Error{"NetworkUnavailable", cat("could not write ", path)};
  }
  return Done{};
}

std::optional<std::string> read_whole_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(directory, problem)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace roadstead
