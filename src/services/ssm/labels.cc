#include <algorithm>

#include "base/text/text.h"
#include "decide/secrets/parameter_lookup.h"
#include "services/ssm/operations.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

namespace {

using VersionPointer = std::shared_ptr<const ParameterVersionRow>;

constexpr std::size_t most_labels = 10;

/// Letters, digits and ".-_"; it begins with no digit and with neither "aws" nor "ssm".
bool is_label(const std::string& text) {
  auto low = to_lower(text);
  bool plain = std::ranges::all_of(low, [](char letter) {
    bool word = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    return word || letter == '.' || letter == '-' || letter == '_';
  });
  bool digit_first = low.front() >= '0' && low.front() <= '9';
  return plain && !digit_first && !low.starts_with("aws") && !low.starts_with("ssm");
}

Result<VersionPointer> find_numbered(
    const Tx& tx, const Caller& who, const std::string& text, const std::optional<std::int64_t>& number
) {
  auto name = parse_parameter_name(text, who.region, who.account_id);
  name.selector = number ? cat(':', *number) : "";
  return find_parameter(tx, name);
}

void change_labels(Tx& tx, const ParameterVersionRow& version, const std::vector<std::string>& gone, const std::vector<std::string>& added) {
  tx.update<ParameterVersionRow>(RowTraits<ParameterVersionRow>::key(version), [&](ParameterVersionRow& row) {
    for (const auto& label : gone) std::erase(row.labels, label);
    row.labels.insert(row.labels.end(), added.begin(), added.end());
    std::ranges::sort(row.labels);
  });
}

}  // namespace

Result<LabelParameterVersionResult> label_parameter_version(
    Tx& tx, const Caller& who, const LabelParameterVersionRequest& in
) {
  auto target = TRY(find_numbered(tx, who, in.name, in.parameter_version));
  LabelParameterVersionResult out{.parameter_version = target->version};
  out.invalid_labels.emplace();
  std::vector<std::string> fit;
  for (const auto& label : in.labels) (is_label(label) ? fit : *out.invalid_labels).push_back(label);
  for (const auto& version : tx.list(ParameterVersionRowIndex::by_parameter, target->parameter_name)) {
    change_labels(tx, *version, fit, {});
  }
  change_labels(tx, *target, {}, fit);
  auto changed = tx.find<ParameterVersionRow>(RowTraits<ParameterVersionRow>::key(*target));
  if (changed->labels.size() > most_labels) {
    return Error{
        "ParameterVersionLabelLimitExceeded",
        "A parameter version can have a maximum of ten labels. Move or remove labels of it first."
    };
  }
  return out;
}

Result<UnlabelParameterVersionResult> unlabel_parameter_version(
    Tx& tx, const Caller& who, const UnlabelParameterVersionRequest& in
) {
  auto target = TRY(find_numbered(tx, who, in.name, in.parameter_version));
  UnlabelParameterVersionResult out;
  out.removed_labels.emplace();
  out.invalid_labels.emplace();
  for (const auto& label : in.labels) {
    bool there = std::ranges::find(target->labels, label) != target->labels.end();
    (there ? *out.removed_labels : *out.invalid_labels).push_back(label);
  }
  change_labels(tx, *target, *out.removed_labels, {});
  return out;
}

}  // namespace roadstead::ssm
