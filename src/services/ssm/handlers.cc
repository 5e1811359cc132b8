#include "services/ssm/handlers.h"

#include "services/ssm/operations.h"

namespace roadstead::ssm {

namespace {

/// An operation that reads or writes values, as a handler.
template <class In, class Out>
auto sealed(const SealingKey& key, Result<Out> (*operation)(const SealingKey&, Tx&, const Caller&, const In&)) {
  return [&key, operation](Tx& tx, const Caller& who, const In& in) { return operation(key, tx, who, in); };
}

}  // namespace

Handlers make_handlers(const SealingKey& key) {
  return {
      .add_tags_to_resource = add_tags_to_resource,
      .delete_parameter = delete_parameter,
      .delete_parameters = delete_parameters,
      .describe_parameters = describe_parameters,
      .get_parameter = sealed(key, get_parameter),
      .get_parameter_history = sealed(key, get_parameter_history),
      .get_parameters = sealed(key, get_parameters),
      .get_parameters_by_path = sealed(key, get_parameters_by_path),
      .label_parameter_version = label_parameter_version,
      .list_tags_for_resource = list_tags_for_resource,
      .put_parameter = sealed(key, put_parameter),
      .remove_tags_from_resource = remove_tags_from_resource,
      .unlabel_parameter_version = unlabel_parameter_version,
  };
}

}  // namespace roadstead::ssm
