// Objects of S3 on their way into a container: its environment files and the configuration of a log router. A thing of the
// actors: any thread but the state thread; blocks in the source. Holds nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/core/actions.h"
#include "base/result/result.h"

namespace roadstead {

/// The bytes of an object of S3, by its ARN. Any thread but the state thread; blocks. Errors: S3's codes and messages.
using ObjectSource = std::function<Result<std::string>(const std::string& arn)>;

/// Whether all these environment files are there. Errors: ResourceInitializationError with the words of AWS's agents.
Status check_env_files(const ObjectSource& source, const std::vector<std::string>& arns);

/// Puts the variables of a container's files into its environment ("NAME=value"). Errors: those of check_env_files.
Status add_env_files(const ObjectSource& source, const EnvFiles& files, std::vector<std::string>& environment);

/// The configuration that a log router includes. Errors: ResourceInitializationError.
Result<std::string> fetch_router_config(const ObjectSource& source, const std::string& arn);

}  // namespace roadstead
