#include "object_values.h"

#include "decide/objects/object_arn.h"
#include "rows/rows.gen.h"

namespace roadstead {

ObjectSource object_source(ObjectStore& store) {
  return [&store](const std::string& arn) -> Result<std::string> {
    auto parts = TRY(parse_object_arn(arn));
    auto found = TRY(store.read(parts.bucket, parts.key));
    return std::move(found.bytes);
  };
}

}  // namespace roadstead
