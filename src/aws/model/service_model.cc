#include "aws/model/service_model.h"

#include <algorithm>

namespace roadstead {

const Operation* ServiceModel::find(std::string_view wanted) const {
  auto found = std::ranges::lower_bound(operations, wanted, {}, &Operation::name);
  return found != operations.end() && found->name == wanted ? &*found : nullptr;
}

const ErrorShape* ServiceModel::find_error(std::string_view code) const {
  auto found = std::ranges::find_if(errors, [&](const ErrorShape& e) { return e.code == code || e.name == code; });
  return found == errors.end() ? nullptr : &*found;
}

}  // namespace roadstead
