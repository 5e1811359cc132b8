#include <algorithm>
#include <set>

#include "base/text/text.h"
#include "decide/secrets/page.h"
#include "decide/secrets/parameter_lookup.h"
#include "services/ssm/operations.h"
#include "services/ssm/parameter_filters.h"
#include "services/ssm/parameter_rules.h"
#include "services/ssm/render_parameter.h"
#include "services/ssm/render_version.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

namespace {

using VersionPointer = std::shared_ptr<const ParameterVersionRow>;

constexpr std::size_t history_page = 50;
constexpr std::size_t version_digits = 12;

Result<Parameter> read_parameter(
    const SealingKey& key, const Tx& tx, const Caller& who, const std::string& text, bool decrypt
) {
  auto name = parse_parameter_name(text, who.region, who.account_id);
  auto version = TRY(find_parameter(tx, name));
  return render_parameter(key, tx, *version, name.selector, decrypt);
}

ParameterHistory render_history(const ParameterVersionRow& row) {
  auto out = render_version<ParameterHistory>(row);
  out.labels = row.labels;
  return out;
}

std::string key_of(const VersionPointer& row) {
  auto digits = cat(row->version);
  return cat(std::string(version_digits - std::min(version_digits, digits.size()), '0'), digits);
}

}  // namespace

Result<std::string> value_of(const SealingKey& key, const ParameterVersionRow& version, bool decrypt) {
  if (version.type == "SecureString" && !decrypt) return version.sealed_value;
  auto plain = unseal(key, seal_context(version), version.sealed_value);
  if (!plain) return Error{"InvalidKeyId", plain.error().message};
  return plain;
}

Result<Parameter> render_parameter(
    const SealingKey& key, const Reader& rows, const ParameterVersionRow& version, const std::string& selector, bool decrypt
) {
  Parameter out{.name = version.parameter_name, .type = parse_enum<ParameterType>(version.type)};
  out.value = TRY(value_of(key, version, decrypt));
  out.version = version.version;
  if (!selector.empty()) out.selector = selector;
  out.last_modified_date = version.last_modified_at;
  if (auto parameter = rows.find<ParameterRow>(version.parameter_name)) out.arn = parameter->parameter_arn;
  out.data_type = version.data_type;
  return out;
}

Result<GetParameterResult> get_parameter(const SealingKey& key, Tx& tx, const Caller& who, const GetParameterRequest& in) {
  GetParameterResult out;
  out.parameter = TRY(read_parameter(key, tx, who, in.name, in.with_decryption.value_or(false)));
  return out;
}

Result<GetParametersResult> get_parameters(const SealingKey& key, Tx& tx, const Caller& who, const GetParametersRequest& in) {
  std::set<std::string> names(in.names.begin(), in.names.end());
  if (names.size() != in.names.size()) {
    return validation_error("Duplicate names can't be provided in Names.");
  }
  GetParametersResult out;
  out.parameters.emplace();
  out.invalid_parameters.emplace();
  for (const auto& name : names) {
    auto parameter = read_parameter(key, tx, who, name, in.with_decryption.value_or(false));
    if (parameter) {
      out.parameters->push_back(std::move(parameter).value());
    } else if (parameter.error().code == "InvalidKeyId") {
      return parameter.error();
    } else {
      out.invalid_parameters->push_back(name);
    }
  }
  return out;
}

Result<GetParameterHistoryResult> get_parameter_history(
    const SealingKey& key, Tx& tx, const Caller& who, const GetParameterHistoryRequest& in
) {
  auto newest = TRY(find_parameter(tx, parse_parameter_name(in.name, who.region, who.account_id)));
  auto versions = tx.list(ParameterVersionRowIndex::by_parameter, newest->parameter_name);
  std::ranges::sort(versions, {}, key_of);
  PageRequest wanted{.filters = cat("history\n", newest->parameter_name), .token = in.next_token};
  wanted.size = in.max_results ? static_cast<std::size_t>(*in.max_results) : history_page;
  auto page = page_of(std::move(versions), key_of, wanted);
  if (!page) return invalid_token();
  GetParameterHistoryResult out;
  out.parameters.emplace();
  for (const auto& version : page->items) {
    auto entry = render_history(*version);
    entry.value = TRY(value_of(key, *version, in.with_decryption.value_or(false)));
    out.parameters->push_back(std::move(entry));
  }
  out.next_token = page->next_token;
  return out;
}

}  // namespace roadstead::ssm
