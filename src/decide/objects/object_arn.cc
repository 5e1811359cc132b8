#include "decide/objects/object_arn.h"

#include "base/id/arn.h"
#include "base/text/text.h"

namespace roadstead {

Result<ObjectArn> parse_object_arn(std::string_view text) {
  auto wrong = Error{"InvalidArn", cat("'", text, "' is not the ARN of an object of S3. Write arn:aws:s3:::bucket/key.")};
  auto arn = parse_arn(text);
  if (!arn || arn->service != "s3" || !arn->region.empty() || !arn->account.empty()) return wrong;
  auto slash = arn->resource.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == arn->resource.size()) return wrong;
  return ObjectArn{arn->resource.substr(0, slash), arn->resource.substr(slash + 1)};
}

}  // namespace roadstead
