#include "services/sts/temporary_credentials.h"

#include <vector>

#include "base/data/hash.h"
#include "base/id/arn.h"
#include "base/id/id.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::sts {

namespace {

/// Looking for old keys means walking all: worth it once in so many new ones.
constexpr std::size_t keys_between_clean_ups = 256;
/// A client that still uses an expired key shall be told that it is expired, not that it is unknown.
constexpr Duration kept_after_expiry = std::chrono::hours(1);

void forget_expired(Tx& tx) {
  if (tx.count<AccessKeyRow>() % keys_between_clean_ups != 0) return;
  std::vector<std::string> old;
  tx.for_each<AccessKeyRow>([&](const AccessKeyRow& row) {
    if (row.expires_at && *row.expires_at + kept_after_expiry < tx.now()) old.push_back(row.access_key_id);
  });
  for (const auto& id : old) tx.erase<AccessKeyRow>(id);
}

std::string hashed_letters(std::string_view name) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  auto digest = sha256(name);
  std::string out;
  for (std::size_t i = 0; i < 17; ++i) out.push_back(alphabet[static_cast<unsigned char>(digest[i]) & 31]);
  return out;
}

}  // namespace

Credentials issue_credentials(Tx& tx, const std::string& account, const std::string& principal, Duration life) {
  forget_expired(tx);
  AccessKeyRow row;
  row.access_key_id = cat("ASIA", new_base32(tx.ids(), 16));
  row.secret_access_key = new_url_safe(tx.ids(), 40);
  row.account_id = account;
  row.principal_arn = principal;
  row.session_token = new_url_safe(tx.ids(), 120);
  // Clients get whole seconds.
  row.expires_at = Instant{(tx.now() + life).micros / 1'000'000 * 1'000'000};
  row.created_at = tx.now();
  Credentials out;
  out.access_key_id = row.access_key_id;
  out.secret_access_key = row.secret_access_key;
  out.session_token = *row.session_token;
  out.expiration = *row.expires_at;
  tx.put(std::move(row));
  return out;
}

std::string user_id_of(std::string_view principal_arn, std::string_view account) {
  auto arn = parse_arn(principal_arn);
  if (!arn || arn->resource == "root") return std::string(account);
  if (arn->resource_type() != "assumed-role") return cat("AIDA", hashed_letters(principal_arn));
  auto path = arn->resource_path();
  auto slash = path.rfind('/');
  auto role = cat("arn:", arn->partition, ":iam::", account, ":role/", path.substr(0, slash));
  return cat("AROA", hashed_letters(role), ':', slash == std::string_view::npos ? path : path.substr(slash + 1));
}

}  // namespace roadstead::sts
