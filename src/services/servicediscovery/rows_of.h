// What the operations of Cloud Map have in common: finding rows, ids and ARNs, done operations. State thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::servicediscovery {

/// How long GetOperation knows a done operation.
constexpr auto operation_kept = std::chrono::hours(24);

Error invalid_input(std::string message);

/// "<prefix>-" and 16 letters and digits.
std::string new_resource_id(Tx& tx, std::string_view prefix);

/// "arn:aws:servicediscovery:<region>:<account>:<resource>".
std::string resource_arn(const Caller& who, std::string resource);

/// Errors: NamespaceNotFound.
Result<std::shared_ptr<const NamespaceRow>> find_namespace(const Reader& rows, const std::string& id_or_arn);

/// Errors: ServiceNotFound.
Result<std::shared_ptr<const DiscoveryServiceRow>> find_service(const Reader& rows, const std::string& id_or_arn);

/// Errors: InstanceNotFound.
Result<std::shared_ptr<const DiscoveryInstanceRow>> find_instance(
    const Reader& rows, const DiscoveryServiceRow& service, const std::string& instance_id
);

/// What an operation was about: "NAMESPACE" → its id.
using Targets = std::map<std::string, std::string>;

/// Notes a done operation and forgets those of yesterday. Gives its id.
std::string record_operation(Tx& tx, OperationType type, Targets targets);

}  // namespace roadstead::servicediscovery
