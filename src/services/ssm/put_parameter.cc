#include "base/text/text.h"
#include "decide/secrets/parameter_lookup.h"
#include "services/ssm/operations.h"
#include "services/ssm/parameter_rules.h"
#include "services/ssm/tag_rules.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

namespace {

constexpr std::int64_t most_versions = 100;
constexpr std::string_view default_key = "alias/aws/ssm";

/// What the new version takes over from the one before, if there is one.
Result<ParameterVersionRow> next_version(const PutParameterRequest& in, const ParameterVersionRow* before) {
  ParameterVersionRow row{.parameter_name = in.name};
  row.version = before == nullptr ? 1 : before->version + 1;
  if (before == nullptr && !in.type) {
    return validation_error("A parameter type is required when you create a parameter.");
  }
  row.type = in.type ? std::string(to_string(*in.type)) : before->type;
  if (before != nullptr && before->type != row.type) {
    return Error{
        "HierarchyTypeMismatchException",
        cat("Parameter Store does not support changing a parameter type in a hierarchy. The parameter ", in.name, " is a ",
            before->type, ". You must create a new, unique parameter.")
    };
  }
  row.tier = TRY(tier_for(in));
  if (before != nullptr && before->tier == "Advanced") row.tier = "Advanced";  // AWS: there is no way back
  row.data_type = in.data_type ? *in.data_type : before != nullptr ? before->data_type : "text";
  row.description = in.description || before == nullptr ? in.description : before->description;
  row.allowed_pattern = in.allowed_pattern || before == nullptr ? in.allowed_pattern : before->allowed_pattern;
  if (row.type == "SecureString") {
    row.key_id = in.key_id ? *in.key_id : before != nullptr ? before->key_id : std::string(default_key);
  }
  return row;
}

/// Makes room for a version: the oldest goes, unless it has a label, which keeps it.
Status drop_oldest(Tx& tx, const ParameterRow& parameter) {
  auto versions = tx.list(ParameterVersionRowIndex::by_parameter, parameter.parameter_name);
  if (versions.size() < static_cast<std::size_t>(most_versions)) return Done{};
  if (!versions.front()->labels.empty()) {
    return Error{
        "ParameterMaxVersionLimitExceeded",
        cat("The oldest version of ", parameter.parameter_name, " has a label and would have to go. Move the label first.")
    };
  }
  tx.erase<ParameterVersionRow>(RowTraits<ParameterVersionRow>::key(*versions.front()));
  return Done{};
}

}  // namespace

Result<PutParameterResult> put_parameter(const SealingKey& key, Tx& tx, const Caller& who, const PutParameterRequest& in) {
  TRY(check_request(in));
  auto parameter = tx.find<ParameterRow>(in.name);
  if (parameter != nullptr && !in.overwrite.value_or(false)) {
    return Error{
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."
    };
  }
  auto before = parameter == nullptr ? nullptr : newest_version(tx, *parameter);
  auto row = TRY(next_version(in, before.get()));
  if (row.allowed_pattern && !row.allowed_pattern->empty()) TRY(check_allowed_pattern(*row.allowed_pattern, in.value));
  row.last_modified_at = tx.now();
  row.last_modified_user = who.principal_arn;
  row.sealed_value = seal(key, tx.ids(), seal_context(row), in.value);
  auto arn = parameter == nullptr ? parameter_arn(who.partition, who.region, who.account_id, in.name)
                                  : parameter->parameter_arn;
  if (parameter != nullptr) TRY(drop_oldest(tx, *parameter));
  if (in.tags) TRY(add_tags(tx, arn, *in.tags));
  tx.put(ParameterRow{.parameter_name = in.name, .parameter_arn = arn, .version = row.version});
  PutParameterResult out{.version = row.version, .tier = parse_enum<ParameterTier>(row.tier)};
  tx.put(std::move(row));
  return out;
}

}  // namespace roadstead::ssm
