// Names and ARNs: how requests name clusters, services, tasks and task definitions, and how the rows are found.
// Source: reference/ecs-core.md §1.2. State thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// "arn:aws:ecs:<region>:<account>:<resource>" of the caller's account and region.
std::string ecs_arn(const Caller& who, std::string_view resource);

/// Whether `reference` is a plain name, or an ARN of the caller's own account and region that names a resource of `type`
/// ("task-definition"). What belongs to others is not found here, whatever its name.
bool is_own(const Caller& who, std::string_view type, std::string_view reference);

/// Whether `name` is 1 to 255 letters, digits, '-' and '_'.
bool is_valid_name(std::string_view name);

/// The ARN of the cluster that a request names by short name or ARN; absent means "default".
std::string cluster_arn_of(const Caller& who, const std::optional<std::string>& cluster);

/// The cluster a request names. Errors: ClusterNotFoundException when there is none or it is INACTIVE.
Result<std::shared_ptr<const ClusterRow>> find_cluster(
    const Reader& rows, const Caller& who, const std::optional<std::string>& cluster
);

/// The service with this name or ARN in a cluster, whatever its status; null when there is none.
std::shared_ptr<const ServiceRow> find_service(
    const Reader& rows, const Caller& who, const std::optional<std::string>& cluster, const std::string& service
);

/// The ARN that a service reference stands for, for `failures[].arn`; of somebody else's it is the reference itself.
std::string service_arn_of(const Caller& who, const std::optional<std::string>& cluster, const std::string& service);

/// The task with this id or ARN in a cluster; null when there is none.
std::shared_ptr<const TaskRow> find_task(
    const Reader& rows, const Caller& who, const std::optional<std::string>& cluster, const std::string& task
);
std::string task_arn_of(const Caller& who, const std::optional<std::string>& cluster, const std::string& task);

/// A task definition as requests name it: "family" (its newest ACTIVE revision), "family:revision" or an ARN. Null when
/// there is none.
std::shared_ptr<const TaskDefinitionRow> find_task_definition(
    const Reader& rows, const Caller& who, const std::string& reference
);

/// The ARN of a revision of a family.
std::string task_definition_arn(const Caller& who, std::string_view family, int revision);

/// The last part of an ARN or name: "default" of "arn:…:cluster/default".
std::string_view last_part(std::string_view name);

/// An enumeration member of the API from the text that a row keeps; nothing when the row has none.
template <class Enum>
std::optional<Enum> enum_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return parse_enum<Enum>(*text);
}

/// The tags of a resource; empty when it has none.
std::vector<Tag> tags_of(const Reader& rows, const std::string& arn);

/// Checks tags by AWS's rules: at most 50, keys unique and 1–128 long, values up to 256, no "aws:" prefix (§1.2).
Status check_tags(const std::vector<Tag>& tags);

/// A refusal with the code that most of them have.
inline Error invalid_parameter(std::string message) {
  return {"InvalidParameterException", std::move(message)};
}

inline Error client_error(std::string message) { return {"ClientException", std::move(message)}; }

}  // namespace roadstead::ecs
