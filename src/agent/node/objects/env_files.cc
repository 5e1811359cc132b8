#include "agent/node/objects/env_files.h"

#include "base/text/text.h"
#include "decide/objects/env_file.h"

namespace roadstead {

namespace {

/// The kernel takes no environment as long as this.
constexpr std::size_t largest_file = std::size_t{1} << 20;

Result<std::string> fetch(const ObjectSource& source, const std::string& arn) {
  if (!source) return Error{"NoSuchBucket", cat("no source of objects for ", arn)};
  return source(arn);
}

Result<EnvVariables> fetch_env_file(const ObjectSource& source, const std::string& arn) {
  auto failed = [](std::string_view why) {
    return Error{"ResourceInitializationError", cat("failed to download env files: file download command: non empty error stream: ", why)};
  };
  auto bytes = fetch(source, arn);
  if (!bytes) {
    const auto& why = bytes.error();
    return failed(cat("service call has been retried 1 time(s): ", why.code, ": ", why.message, " (", arn, ")"));
  }
  if (bytes->size() > largest_file) return failed(cat(arn, " has ", bytes->size(), " bytes; an environment file has at most ", largest_file));
  return parse_env_file(*bytes);
}

}  // namespace

Status check_env_files(const ObjectSource& source, const std::vector<std::string>& arns) {
  for (const auto& arn : arns) TRY(fetch_env_file(source, arn));
  return Done{};
}

Status add_env_files(const ObjectSource& source, const EnvFiles& files, std::vector<std::string>& environment) {
  std::vector<EnvVariables> variables;
  for (const auto& arn : files.arns) variables.push_back(TRY(fetch_env_file(source, arn)));
  merge_env_files(variables, files.fixed, environment);
  return Done{};
}

Result<std::string> fetch_router_config(const ObjectSource& source, const std::string& arn) {
  auto bytes = fetch(source, arn);
  if (bytes) return bytes;
  const auto& why = bytes.error();
  return Error{"ResourceInitializationError", cat("unable to download firelens s3 config file: ", why.code, ": ", why.message, " (", arn, ")")};
}

}  // namespace roadstead
