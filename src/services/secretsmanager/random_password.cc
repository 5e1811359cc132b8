#include <algorithm>

#include "services/secretsmanager/operations.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

namespace {

constexpr std::int64_t default_length = 32;

char pick(Ids& ids, const std::string& letters) { return letters[ids.bits() % letters.size()]; }

/// The kinds of characters that may be in the password, without those that are excluded.
std::vector<std::string> kinds_of(const GetRandomPasswordRequest& in) {
  std::vector<std::string> kinds;
  auto excluded = in.exclude_characters.value_or("");
  auto add = [&](bool wanted, std::string letters) {
    if (!wanted) return;
    std::erase_if(letters, [&](char letter) { return excluded.find(letter) != std::string::npos; });
    kinds.push_back(std::move(letters));
  };
  add(!in.exclude_lowercase.value_or(false), "abcdefghijklmnopqrstuvwxyz");
  add(!in.exclude_uppercase.value_or(false), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  add(!in.exclude_numbers.value_or(false), "0123456789");
  add(!in.exclude_punctuation.value_or(false), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
  add(in.include_space.value_or(false), " ");
  std::erase(kinds, "");
  return kinds;
}

}  // namespace

Result<GetRandomPasswordResponse> get_random_password(Tx& tx, const Caller&, const GetRandomPasswordRequest& in) {
  auto kinds = kinds_of(in);
  auto length = static_cast<std::size_t>(in.password_length.value_or(default_length));
  if (kinds.empty()) return Error{"InvalidParameterException", "All characters are excluded. Exclude fewer of them."};
  bool one_of_each = in.require_each_included_type.value_or(true);
  if (one_of_each && kinds.size() > length) {
    return Error{"InvalidParameterException", "PasswordLength is too short for one character of each included type."};
  }
  std::string all;
  for (const auto& letters : kinds) all += letters;
  std::string password;
  if (one_of_each) {
    for (const auto& letters : kinds) password.push_back(pick(tx.ids(), letters));
  }
  while (password.size() < length) password.push_back(pick(tx.ids(), all));
  // The ones of each kind shall not all be in front.
  for (auto left = password.size(); left > 1; --left) std::swap(password[left - 1], password[tx.ids().bits() % left]);
  return GetRandomPasswordResponse{.random_password = std::move(password)};
}

}  // namespace roadstead::secretsmanager
