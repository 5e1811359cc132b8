#include "services/servicediscovery/name_rules.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"
#include "services/servicediscovery/rows_of.h"

namespace roadstead::servicediscovery {

namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_service = 127;

bool is_word(char letter) {
  bool lower = letter >= 'a' && letter <= 'z';
  bool upper = letter >= 'A' && letter <= 'Z';
  return lower || upper || (letter >= '0' && letter <= '9') || letter == '_';
}

/// Letters, digits, underscores; hyphens inside.
bool is_label(std::string_view label) {
  if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char letter) { return is_word(letter) || letter == '-'; });
}

}  // namespace

bool is_host_name(std::string_view text) {
  return text.size() <= longest_name && std::ranges::all_of(split(text, '.'), is_label);
}

Status check_dns_namespace(std::string_view name) {
  if (is_host_name(name)) return Done{};
  return invalid_input(cat(
      "The namespace ", name, " cannot be a name in DNS. Use labels of up to 63 letters, digits, hyphens and underscores with "
      "dots between, or CreateHttpNamespace."
  ));
}

Status check_service_name(std::string_view name, std::string_view full_name) {
  if (!is_host_name(name) || name.size() > longest_service) {
    return invalid_input(cat(
        "The service name ", name, " must be 1 to 127 characters: letters, digits, hyphens and underscores, with dots between."
    ));
  }
  if (full_name.size() <= longest_told_name) return Done{};
  return invalid_input(cat("The name ", full_name, " is longer than the ", longest_told_name, " characters that containers can be told."));
}

}  // namespace roadstead::servicediscovery
