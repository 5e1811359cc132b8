#include "services/ssm/parameter_rules.h"

// How many steps a match may take before Boost.Regex gives up: some milliseconds. Its own bound is a hundred times that.
#define BOOST_REGEX_MAX_STATE_COUNT 1000000

#include <algorithm>
#include <boost/regex.hpp>
#include <stdexcept>

#include "base/text/text.h"

namespace roadstead::ssm {

namespace {

constexpr std::size_t longest_standard = 4096;
constexpr std::size_t longest_advanced = 8192;
constexpr std::size_t longest_name = 1011;
constexpr std::ptrdiff_t most_levels = 15;

bool is_plain(char letter) {
  bool word = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
  return word || letter == '.' || letter == '-' || letter == '_' || letter == '/';
}

Error too_long(std::string_view tier, std::size_t longest, std::string_view further) {
  return validation_error(cat(tier, " tier parameters support a maximum parameter value of ", longest, " characters.", further));
}

}  // namespace

Error validation_error(std::string message) { return {"ValidationException", std::move(message)}; }

Status check_name(std::string_view name) {
  auto low = to_lower(name);
  std::string_view first(low);
  if (first.starts_with('/')) first.remove_prefix(1);
  if (first.starts_with("aws")) {
    return Error{"AccessDeniedException", cat("No access to reserved parameter name: ", name, ".")};
  }
  bool plain = std::ranges::all_of(name, is_plain) && name.find("//") == std::string_view::npos && !name.ends_with('/');
  if (!plain || first.starts_with("ssm") || name.size() > longest_name) {
    return validation_error(
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths "
        "divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_"
    );
  }
  if (name.find('/') == std::string_view::npos) return Done{};
  if (!name.starts_with('/')) return validation_error("Parameter name must be a fully qualified name.");
  if (std::ranges::count(name, '/') <= most_levels) return Done{};
  return Error{"HierarchyLevelLimitExceededException", "A parameter name can have a maximum of 15 levels."};
}

Result<std::string> tier_for(const PutParameterRequest& in) {
  auto size = in.value.size();
  auto asked = in.tier.value_or(ParameterTier::standard);
  if (size == 0) {
    return validation_error(
        "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than "
        "or equal to 1."
    );
  }
  if (size > longest_advanced) return too_long("Advanced", longest_advanced, "");
  if (asked == ParameterTier::advanced) return std::string("Advanced");
  if (size <= longest_standard) return std::string("Standard");
  if (asked == ParameterTier::intelligent_tiering) return std::string("Advanced");
  return too_long(
      "Standard", longest_standard,
      " To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, "
      "see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
  );
}

Status check_allowed_pattern(const std::string& pattern, const std::string& value) {
  // Boost.Regex gives up on a match that takes too long, so that no pattern can hold the state thread.
  boost::regex compiled;
  try {
    compiled.assign(pattern);
  } catch (const boost::regex_error&) {
    return Error{"InvalidAllowedPatternException", cat("The allowed pattern ", pattern, " is not a regular expression.")};
  }
  bool fits = false;
  try {
    fits = boost::regex_match(value, compiled);
  } catch (const std::runtime_error&) {
    return Error{"InvalidAllowedPatternException", cat("The allowed pattern ", pattern, " takes too long to match.")};
  }
  if (fits) return Done{};
  return Error{
      "ParameterPatternMismatchException", cat("Parameter value, cannot be validated against allowedPattern: ", pattern)
  };
}

Status check_request(const PutParameterRequest& in) {
  TRY(check_name(in.name));
  if (in.policies) {
    return Error{"InvalidPolicyTypeException", "Parameter policies are not carried out here. Leave Policies out."};
  }
  if (in.tags && in.overwrite.value_or(false)) {
    return validation_error(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove "
        "overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource."
    );
  }
  if (in.key_id && in.type && *in.type != ParameterType::secure_string) {
    return validation_error("KeyId is required for SecureString type parameter only.");
  }
  auto data_type = in.data_type.value_or("text");
  if (data_type != "text" && data_type != "aws:ec2:image") {
    return validation_error(cat(
        "The following data type is not supported: ", data_type,
        " (Data type names are all lowercase and case-sensitive). Supported are text and aws:ec2:image."
    ));
  }
  return Done{};
}

}  // namespace roadstead::ssm
