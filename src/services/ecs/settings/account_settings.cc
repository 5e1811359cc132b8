#include "services/ecs/settings/account_settings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t default_page = 10;

/// A setting: AWS's default, the values it may have, and the one that would have no effect here, with the reason.
struct KnownSetting {
  SettingName name;
  std::string_view otherwise;
  std::array<std::string_view, 3> values;
  std::string_view refused = {};
  std::string_view why = {};
};

constexpr std::array<KnownSetting, 11> known_settings{{
    {SettingName::service_long_arn_format, "enabled", {"enabled", "disabled"}, "disabled", "the long format of ARNs is always used"},
    {SettingName::task_long_arn_format, "enabled", {"enabled", "disabled"}, "disabled", "the long format of ARNs is always used"},
    {SettingName::container_instance_long_arn_format, "enabled", {"enabled", "disabled"}, "disabled", "the long format of ARNs is always used"},
    // Nodes have no limit of interfaces that trunking could raise.
    {SettingName::awsvpc_trunking, "disabled", {"enabled", "disabled"}},
    {SettingName::container_insights, "disabled", {"enabled", "disabled", "enhanced"}},
    {SettingName::fargate_fips_mode, "disabled", {"enabled", "disabled"}, "enabled", "Roadstead has no FIPS-validated cryptography"},
    // Whoever may call at all may tag: there is one principal, the account's root.
    {SettingName::tag_resource_authorization, "off", {"on", "off"}},
    // Tasks are never retired for maintenance of the platform.
    {SettingName::fargate_task_retirement_wait_period, "7", {"0", "7", "14"}},
    {SettingName::guard_duty_activate, "off", {"on", "off"}},
    {SettingName::default_log_driver_mode, "non-blocking", {"blocking", "non-blocking"}, "blocking",
     "containers never wait for their log driver unless their definition says so"},
    {SettingName::fargate_event_windows, "disabled", {"enabled", "disabled"}, "enabled", "tasks are never retired, so there are no event windows"},
}};

const KnownSetting& known(SettingName name) {
  auto found = std::ranges::find(known_settings, name, &KnownSetting::name);
  CHECK(found != known_settings.end(), "every setting of the model is known");
  return *found;
}

Status check_value(SettingName name, const std::string& value) {
  const auto& setting = known(name);
  if (name == SettingName::guard_duty_activate) {
    return invalid_parameter("The setting guardDutyActivate is managed by AWS and cannot be changed.");
  }
  std::vector<std::string> allowed;
  for (auto text : setting.values) {
    if (!text.empty()) allowed.emplace_back(text);
  }
  if (std::ranges::find(allowed, value) == allowed.end()) {
    return invalid_parameter(cat("Invalid value '", value, "' for setting ", to_string(name), ". Must be one of [", join(allowed, ","), "]"));
  }
  if (value == setting.refused) {
    return invalid_parameter(cat("The setting ", to_string(name), " cannot be ", value, " here: ", setting.why, "."));
  }
  return Done{};
}

std::string root_of(const Caller& who) { return cat("arn:", who.partition, ":iam::", who.account_id, ":root"); }

std::string key_of(const std::string& principal, SettingName name) {
  AccountSettingRow row;
  row.principal_arn = principal;
  row.name = to_string(name);
  return std::string(RowTraits<AccountSettingRow>::key(row));
}

/// The principal that a request is about. Errors: InvalidParameterException for what is no principal of this account.
Result<std::string> principal_of(const Caller& who, const std::optional<std::string>& given) {
  if (!given) return who.principal_arn;
  auto arn = parse_arn(*given);
  if (!arn || (arn->service != "iam" && arn->service != "sts") || arn->account != who.account_id) {
    return invalid_parameter("principalArn must be the ARN of a user, a role or the root of this account.");
  }
  return *given;
}

Setting describe_setting(SettingName name, std::string value, std::string principal) {
  Setting out;
  out.name = name;
  out.value = std::move(value);
  out.principal_arn = std::move(principal);
  out.type = name == SettingName::guard_duty_activate ? SettingType::aws_managed : SettingType::user;
  return out;
}

Result<Setting> put_setting(Tx& tx, const std::string& principal, SettingName name, const std::string& value) {
  TRY(check_value(name, value));
  tx.put(AccountSettingRow{
      .principal_arn = principal, .name = std::string(to_string(name)), .value = value, .updated_at = tx.now()
  });
  return describe_setting(name, value, principal);
}

}  // namespace

std::string effective_setting(const Reader& rows, const Caller& who, const std::string& principal_arn, SettingName name) {
  if (auto own = rows.find<AccountSettingRow>(key_of(principal_arn, name))) return own->value;
  if (auto account = rows.find<AccountSettingRow>(key_of(root_of(who), name))) return account->value;
  return std::string(known(name).otherwise);
}

Result<PutAccountSettingResponse> put_account_setting(Tx& tx, const Caller& who, const PutAccountSettingRequest& in) {
  auto principal = TRY(principal_of(who, in.principal_arn));
  return PutAccountSettingResponse{.setting = TRY(put_setting(tx, principal, in.name, in.value))};
}

Result<PutAccountSettingDefaultResponse> put_account_setting_default(
    Tx& tx, const Caller& who, const PutAccountSettingDefaultRequest& in
) {
  return PutAccountSettingDefaultResponse{.setting = TRY(put_setting(tx, root_of(who), in.name, in.value))};
}

Result<ListAccountSettingsResponse> list_account_settings(Tx& tx, const Caller& who, const ListAccountSettingsRequest& in) {
  auto principal = TRY(principal_of(who, in.principal_arn));
  if (in.value && !in.name) return invalid_parameter("value can only be given together with name.");
  if (in.max_results && *in.max_results > 10) return invalid_parameter("maxResults must be between 1 and 10.");
  auto size = TRY(page_size(in.max_results, default_page));
  bool effective = in.effective_settings.value_or(false);
  std::vector<Setting> settings;
  for (const auto& setting : known_settings) {
    if (in.name && *in.name != setting.name) continue;
    auto own = tx.find<AccountSettingRow>(key_of(principal, setting.name));
    if (!own && !effective) continue;
    auto value = own ? own->value : effective_setting(tx, who, principal, setting.name);
    if (in.value && *in.value != value) continue;
    settings.push_back(describe_setting(setting.name, std::move(value), principal));
  }
  ListAccountSettingsResponse out;
  auto filters = cat("settings ", principal, ' ', in.name ? to_string(*in.name) : "", ' ', in.value.value_or(""), ' ', effective ? 1 : 0);
  auto name_of = [](const Setting& setting) { return std::string(to_string(*setting.name)); };
  out.settings = TRY(page_of(std::move(settings), name_of, filters, in.next_token, size, out.next_token));
  return out;
}

/// Forgets a principal's own value; answers with the one that holds for it from now on.
Result<DeleteAccountSettingResponse> delete_account_setting(Tx& tx, const Caller& who, const DeleteAccountSettingRequest& in) {
  auto principal = TRY(principal_of(who, in.principal_arn));
  if (in.name == SettingName::guard_duty_activate) {
    return invalid_parameter("The setting guardDutyActivate is managed by AWS and cannot be changed.");
  }
  tx.erase<AccountSettingRow>(key_of(principal, in.name));
  return DeleteAccountSettingResponse{.setting = describe_setting(in.name, effective_setting(tx, who, principal, in.name), principal)};
}

}  // namespace roadstead::ecs
