#include <algorithm>

#include "base/text/text.h"
#include "decide/secrets/page.h"
#include "decide/tags/resource_tags.h"
#include "decide/secrets/secret_lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/secret_filters.h"
#include "services/secretsmanager/tag_rules.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

namespace {

using SecretPointer = std::shared_ptr<const SecretRow>;
using VersionPointer = std::shared_ptr<const SecretVersionRow>;

constexpr std::size_t default_page = 100;

std::size_t page_size(const std::optional<std::int32_t>& asked) {
  return asked ? static_cast<std::size_t>(*asked) : default_page;
}

/// Whether a word of `text` begins with `prefix`, or `text` itself does.
bool has_word(std::string_view text, std::string_view prefix) {
  auto low = to_lower(text);
  auto wanted = to_lower(prefix);
  if (low.starts_with(wanted)) return true;
  for (std::size_t i = 1; i < low.size(); ++i) {
    bool begins = std::string_view(" -/_+=.@!:").find(low[i - 1]) != std::string_view::npos;
    if (begins && low.compare(i, wanted.size(), wanted) == 0) return true;
  }
  return false;
}

bool fits_anything(const SecretRow& secret, const TagMap& tags, std::string_view text) {
  if (has_word(secret.secret_name, text) || has_word(secret.description.value_or(""), text)) return true;
  return std::ranges::any_of(tags, [&](const auto& tag) { return has_word(tag.first, text) || has_word(tag.second, text); });
}

/// Whether a value of a filter, without its "!", fits a secret.
bool fits(const SecretRow& secret, const TagMap& tags, FilterNameStringType what, const std::string& text) {
  switch (what) {
    case FilterNameStringType::name:
      return secret.secret_name.starts_with(text);
    case FilterNameStringType::description:
      return has_word(secret.description.value_or(""), text);
    case FilterNameStringType::tag_key:
      return std::ranges::any_of(tags, [&](const auto& tag) { return tag.first.starts_with(text); });
    case FilterNameStringType::tag_value:
      return std::ranges::any_of(tags, [&](const auto& tag) { return tag.second.starts_with(text); });
    case FilterNameStringType::all:
      break;
    case FilterNameStringType::primary_region:
    case FilterNameStringType::owning_service:
      return false;  // no secret here is replicated or made by another service
  }
  return std::ranges::all_of(split(text, ' '), [&](std::string_view word) {
    return word.empty() || fits_anything(secret, tags, word);
  });
}

/// What a listing is ordered by, as a text with the order of the times.
std::string key_of(const SecretRow& row, SortByType by) {
  auto of = [&](const std::optional<Instant>& at) {
    auto digits = cat(at ? at->micros : 0);
    return cat(std::string(20 - std::min<std::size_t>(20, digits.size()), '0'), digits, row.secret_name);
  };
  switch (by) {
    case SortByType::name:
      return row.secret_name;
    case SortByType::last_accessed_date:
      return of(row.last_accessed_at);
    case SortByType::last_changed_date:
      return of(row.last_changed_at);
    case SortByType::created_date:
      break;
  }
  return of(row.created_at);
}

SecretListEntry render_entry(const Tx& tx, const SecretRow& secret) {
  SecretListEntry out{.arn = secret.secret_arn, .name = secret.secret_name};
  out.description = secret.description;
  out.kms_key_id = secret.kms_key_id;
  out.created_date = secret.created_at;
  out.last_changed_date = secret.last_changed_at;
  out.last_accessed_date = secret.last_accessed_at;
  out.deleted_date = secret.purge_at;
  auto tags = tags_of(tx, secret.secret_arn);
  if (!tags.empty()) out.tags = std::move(tags);
  out.secret_versions_to_stages.emplace();
  tx.for_each(SecretVersionRowIndex::by_secret, secret.secret_arn, [&](const SecretVersionRow& version) {
    if (!version.stages.empty()) (*out.secret_versions_to_stages)[version.version_id] = version.stages;
  });
  return out;
}

SecretVersionsListEntry render_version(const SecretVersionRow& version) {
  SecretVersionsListEntry out{.version_id = version.version_id};
  if (!version.stages.empty()) out.version_stages = version.stages;
  out.created_date = version.created_at;
  out.last_accessed_date = version.last_accessed_at;
  return out;
}

}  // namespace

bool passes(const Reader& rows, const SecretRow& secret, const std::vector<Filter>& filters) {
  auto tags = read_resource_tags(rows, secret.secret_arn);
  return std::ranges::all_of(filters, [&](const Filter& filter) {
    auto values = filter.values.value_or(std::vector<std::string>());
    return std::ranges::any_of(values, [&](const std::string& value) {
      auto what = filter.key.value_or(FilterNameStringType::all);
      if (value.starts_with('!')) return !fits(secret, tags, what, value.substr(1));
      return fits(secret, tags, what, value);
    });
  });
}

std::string text_of(const std::vector<Filter>& filters) {
  std::string text;
  for (const auto& filter : filters) {
    auto values = filter.values.value_or(std::vector<std::string>());
    text += cat(static_cast<int>(filter.key.value_or(FilterNameStringType::all)), '\n', join(values, "\n"), "\n\n");
  }
  return text;
}

Error invalid_token() { return {"InvalidNextTokenException", "The NextToken is not one of this listing. Begin again without it."}; }

Result<ListSecretsResponse> list_secrets(Tx& tx, const Caller&, const ListSecretsRequest& in) {
  auto filters = in.filters.value_or(std::vector<Filter>());
  auto by = in.sort_by.value_or(SortByType::created_date);
  bool with_deleted = in.include_planned_deletion.value_or(false);
  PageRequest wanted;
  wanted.descending = in.sort_order.value_or(SortOrderType::asc) == SortOrderType::desc;
  wanted.filters = cat(text_of(filters), static_cast<int>(by), with_deleted ? 'd' : 'l', wanted.descending ? '-' : '+');
  wanted.token = in.next_token;
  wanted.size = page_size(in.max_results);
  std::vector<SecretPointer> secrets;
  tx.for_each<SecretRow>([&](const SecretPointer& row) {
    if ((with_deleted || !row->deleted_at) && passes(tx, *row, filters)) secrets.push_back(row);
  });
  auto key = [by](const SecretPointer& row) { return key_of(*row, by); };
  std::ranges::sort(secrets, {}, key);
  if (wanted.descending) std::ranges::reverse(secrets);
  auto page = page_of(std::move(secrets), key, wanted);
  if (!page) return invalid_token();
  ListSecretsResponse out;
  out.secret_list.emplace();
  for (const auto& secret : page->items) out.secret_list->push_back(render_entry(tx, *secret));
  out.next_token = page->next_token;
  return out;
}

Result<ListSecretVersionIdsResponse> list_secret_version_ids(
    Tx& tx, const Caller&, const ListSecretVersionIdsRequest& in
) {
  auto secret = find_secret(tx, in.secret_id);
  if (secret == nullptr) return living_secret(tx, in.secret_id).error();
  bool with_deprecated = in.include_deprecated.value_or(false);
  auto versions = tx.list(SecretVersionRowIndex::by_secret, secret->secret_arn);
  std::erase_if(versions, [&](const VersionPointer& row) { return row->stages.empty() && !with_deprecated; });
  PageRequest wanted{.filters = cat(secret->secret_arn, with_deprecated ? 'd' : 'l'), .token = in.next_token};
  wanted.size = page_size(in.max_results);
  auto page = page_of(std::move(versions), [](const VersionPointer& row) { return row->version_id; }, wanted);
  if (!page) return invalid_token();
  ListSecretVersionIdsResponse out{.next_token = page->next_token, .arn = secret->secret_arn, .name = secret->secret_name};
  out.versions.emplace();
  for (const auto& version : page->items) out.versions->push_back(render_version(*version));
  return out;
}

}  // namespace roadstead::secretsmanager
