#include "decide/secrets/secret_reference.h"

#include <boost/json.hpp>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/secrets/parameter_lookup.h"
#include "decide/secrets/secret_lookup.h"

namespace roadstead {

namespace {

namespace json = boost::json;

constexpr std::size_t parts_of_plain_secret = 2;   // secret:NAME
constexpr std::size_t parts_of_chosen_secret = 5;  // secret:NAME:json-key:version-stage:version-id

Error failed(std::string why) {
  return {"ResourceInitializationError", cat("execution resource retrieval failed: ", why)};
}

Error secret_failed(std::string why) {
  return failed(cat("unable to retrieve secret from asm: service call has been retried 1 time(s): ", why));
}

Error parameter_failed(std::string why) {
  return failed(cat("unable to retrieve secrets from ssm: service call has been retried 1 time(s): ", why));
}

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

/// A member of the JSON that a secret holds, as text: strings as they are, all else as JSON writes it.
Result<std::string> member_of(const std::string& value, const std::string& key) {
  json::error_code problem;
  auto parsed = json::parse(value, problem);
  if (problem || !parsed.is_object()) return secret_failed("the value of the secret is not a JSON object");
  const auto* member = parsed.as_object().if_contains(key);
  if (member == nullptr) return secret_failed(cat("retrieved secret from Secrets Manager did not contain json key ", key));
  return member->is_string() ? std::string(member->as_string()) : json::serialize(*member);
}

Result<std::string> resolve_secret(Tx& tx, const SealingKey& key, const SecretReferenceParts& parts) {
  auto not_fetched = [&](const Error& why) {
    return secret_failed(cat("failed to fetch secret ", parts.id, " from secrets manager: ", why.code, ": ", why.message));
  };
  auto secret = living_secret(tx, parts.id);
  if (!secret) return not_fetched(secret.error());
  const SecretRow& row = **secret;
  auto version = find_secret_version(tx, row, {unless_empty(parts.version_id), unless_empty(parts.version_stage)});
  if (!version) return not_fetched(version.error());
  if ((*version)->binary) return secret_failed(cat("the secret ", parts.id, " is binary; a container takes a SecretString"));
  auto value = unseal(key, seal_context(**version), (*version)->sealed_value);
  if (!value) return not_fetched(value.error());
  touch_secret(tx, row, **version);
  if (parts.json_key.empty()) return *value;
  return member_of(*value, parts.json_key);
}

Result<std::string> resolve_parameter(Tx& tx, const SealingKey& key, const SecretReferenceParts& parts) {
  InstallationRow installation;
  if (auto row = tx.find<InstallationRow>("local")) installation = *row;
  auto name = parse_parameter_name(parts.id, installation.region, installation.account_id);
  auto version = find_parameter(tx, name);
  if (!version) return parameter_failed(cat("invalid ssm parameters: ", parts.id));
  auto value = unseal(key, seal_context(**version), (*version)->sealed_value);
  if (!value) return parameter_failed(cat(value.error().code, ": ", value.error().message));
  return *value;
}

}  // namespace

Result<SecretReferenceParts> parse_secret_reference(std::string_view value_from) {
  if (!looks_like_arn(value_from)) return SecretReferenceParts{.is_parameter = true, .id = std::string(value_from)};
  auto arn = parse_arn(value_from);
  if (arn && arn->service == "ssm") return SecretReferenceParts{.is_parameter = true, .id = std::string(value_from)};
  if (!arn || arn->service != "secretsmanager" || arn->resource_type() != "secret") {
    return failed(cat("the valueFrom ", value_from, " is neither a secret's ARN nor a parameter's ARN or name"));
  }
  auto pieces = split(arn->resource, ':');
  SecretReferenceParts parts;
  if (pieces.size() == parts_of_plain_secret) {
    parts.id = value_from;
    return parts;
  }
  if (pieces.size() != parts_of_chosen_secret) {
    return secret_failed("unexpected ARN format with parameters when trying to retrieve ASM secret");
  }
  parts.json_key = pieces[2];
  parts.version_stage = pieces[3];
  parts.version_id = pieces[4];
  Arn plain = *arn;
  plain.resource = cat(pieces[0], ':', pieces[1]);
  parts.id = to_string(plain);
  return parts;
}

Result<std::string> resolve_secret_reference(Tx& tx, const SealingKey& key, std::string_view value_from) {
  auto parts = TRY(parse_secret_reference(value_from));
  return parts.is_parameter ? resolve_parameter(tx, key, parts) : resolve_secret(tx, key, parts);
}

}  // namespace roadstead
