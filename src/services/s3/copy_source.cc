#include "services/s3/copy_source.h"

#include "base/data/encode.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"

namespace roadstead::s3 {

Result<CopySourceParts> parse_copy_source(std::string_view text) {
  auto question = text.find("?versionId=");
  if (question != std::string_view::npos) TRY(check_version(std::string(text.substr(question + 11))));
  auto decoded = percent_decode(text.substr(0, question));
  auto source = std::string_view(decoded ? *decoded : std::string_view());
  if (source.starts_with('/')) source.remove_prefix(1);
  auto slash = source.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == source.size() || !is_utf8(source)) {
    return refusal("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  return CopySourceParts{std::string(source.substr(0, slash)), std::string(source.substr(slash + 1))};
}

Result<ByteRange> parse_copy_range(std::string_view text, std::int64_t object_size) {
  constexpr std::string_view unit = "bytes=";
  auto numbers = text.starts_with(unit) ? text.substr(unit.size()) : std::string_view();
  auto hyphen = numbers.find('-');
  auto first = to_number<std::int64_t>(numbers.substr(0, hyphen));
  auto last = hyphen == std::string_view::npos ? std::nullopt : to_number<std::int64_t>(numbers.substr(hyphen + 1));
  if (!first || !last || *first < 0 || *last < *first) {
    return refusal(
        "InvalidArgument",
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the "
        "first and last bytes to copy"
    );
  }
  if (*last >= object_size) {
    return refusal("InvalidArgument", cat("Range specified is not valid for source object of size: ", object_size));
  }
  return ByteRange{.first = *first, .size = *last - *first + 1};
}

Status check_copied(const ObjectConditions& conditions, const ObjectRow& source) {
  auto checked = check_conditions(conditions, source.etag, source.last_modified_at.value_or(Instant()));
  if (checked || checked.error().code != "NotModified") return checked;
  return refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
}

}  // namespace roadstead::s3
