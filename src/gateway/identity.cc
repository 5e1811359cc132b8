#include "gateway/identity.h"

#include <stdlib.h>

#include <algorithm>
#include <climits>

#include "base/id/id.h"
#include "base/text/text.h"
#include "io/file.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

namespace {

constexpr const char* installation_name = "local";

bool is_account_id(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string new_account_id(Ids& ids) {
  // The first digit is never 0, so that no spreadsheet or YAML reader eats it.
  return std::to_string(100'000'000'000U + ids.bits() % 900'000'000'000U);
}

std::string root_of(std::string_view account) { return cat("arn:aws:iam::", account, ":root"); }

std::shared_ptr<const AccessKeyRow> root_key_of(const Tx& tx, const std::string& account) {
  auto root = root_of(account);
  std::shared_ptr<const AccessKeyRow> found;
  tx.for_each<AccessKeyRow>([&](const std::shared_ptr<const AccessKeyRow>& row) {
    if (row->active && !row->session_token && row->principal_arn == root) found = row;
    return found == nullptr;
  });
  return found;
}

std::shared_ptr<const AccessKeyRow> new_root_key(Tx& tx, const std::string& account) {
  AccessKeyRow row;
  row.access_key_id = cat("AKIA", new_base32(tx.ids(), 16));
  row.secret_access_key = new_url_safe(tx.ids(), 40);
  row.account_id = account;
  row.principal_arn = root_of(account);
  row.created_at = tx.now();
  return tx.put(std::move(row));
}

/// Where a section of `text` begins and ends; both npos when it is not there. Blank lines and comments before the next
/// section belong to that.
std::pair<std::size_t, std::size_t> find_section(const std::string& text, const std::string& header) {
  std::size_t begin = std::string::npos;
  std::size_t last_own = std::string::npos;
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find('\n', at);
    end = end == std::string::npos ? text.size() : end + 1;
    auto line = trim(std::string_view(text).substr(at, end - at));
    if (begin != std::string::npos) {
      if (line.starts_with('[')) return {begin, last_own};
      if (!line.empty() && !line.starts_with('#') && !line.starts_with(';')) last_own = end;
    } else if (line == header) {
      begin = at;
      last_own = end;
    }
    at = end;
  }
  return {begin, last_own};
}

/// The file behind symbolic links, so that replacing it does not replace the link.
std::string resolved(const std::string& path) {
  char buffer[PATH_MAX];
  return ::realpath(path.c_str(), buffer) == nullptr ? path : std::string(buffer);
}

Status update_file(const std::string& given, const std::string& header, const std::string& lines) {
  auto path = resolved(given);
  auto slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) TRY(make_directories(path.substr(0, slash), 0700));
  auto before = exists(path) ? TRY(read_file(path)) : std::string();
  auto after = with_section(before, header, lines);
  if (after == before) return Done{};
  return write_file_atomic(path, after, 0600);
}

}  // namespace

Result<Identity> ensure_identity(Tx& tx, const IdentityOptions& options) {
  auto installation = tx.find<InstallationRow>(installation_name);
  if (installation == nullptr) {
    if (!options.account_id.empty() && !is_account_id(options.account_id)) {
      return Error{"InvalidParameterException", cat("'", options.account_id, "' is not an account id: 12 digits")};
    }
    InstallationRow row;
    row.name = installation_name;
    row.account_id = options.account_id.empty() ? new_account_id(tx.ids()) : options.account_id;
    row.region = options.region;
    row.domain = options.domain;
    row.created_at = tx.now();
    installation = tx.put(std::move(row));
  }
  auto key = root_key_of(tx, installation->account_id);
  if (key == nullptr) key = new_root_key(tx, installation->account_id);
  return Identity{installation->account_id, installation->region, key->access_key_id, key->secret_access_key};
}

Result<ProfileFiles> default_profile_files() {
  auto variable = [](const char* name) {
    const char* value = ::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  ProfileFiles files{variable("AWS_CONFIG_FILE"), variable("AWS_SHARED_CREDENTIALS_FILE")};
  auto home = variable("HOME");
  bool needs_home = files.config.empty() || files.credentials.empty();
  if (needs_home && home.empty()) return Error{"NotFound", "HOME is not set: no place for an AWS profile"};
  if (files.config.empty()) files.config = home + "/.aws/config";
  if (files.credentials.empty()) files.credentials = home + "/.aws/credentials";
  return files;
}

std::string with_section(const std::string& text, const std::string& header, const std::string& lines) {
  auto section = cat(header, '\n', lines);
  auto [begin, end] = find_section(text, header);
  if (begin != std::string::npos) return cat(text.substr(0, begin), section, text.substr(end));
  if (text.empty()) return section;
  return cat(text, text.ends_with('\n') ? "" : "\n", text.ends_with("\n\n") ? "" : "\n", section);
}

Status write_profile(
    const ProfileFiles& files, const Identity& identity, const std::string& endpoint_url, const std::string& ca_file
) {
  auto lines = cat("region = ", identity.region, "\nendpoint_url = ", endpoint_url, '\n');
  if (!ca_file.empty()) lines += cat("ca_bundle = ", ca_file, '\n');
  TRY(update_file(files.config, "[profile roadstead]", lines));
  return update_file(
      files.credentials, "[roadstead]",
      cat("aws_access_key_id = ", identity.access_key_id, "\naws_secret_access_key = ", identity.secret_access_key,
          '\n')
  );
}

}  // namespace roadstead
