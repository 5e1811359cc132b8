#include "services/secretsmanager/handlers.h"

#include "services/secretsmanager/operations.h"

namespace roadstead::secretsmanager {

namespace {

/// An operation that reads or writes values, as a handler.
template <class In, class Out>
auto sealed(const SealingKey& key, Result<Out> (*operation)(const SealingKey&, Tx&, const Caller&, const In&)) {
  return [&key, operation](Tx& tx, const Caller& who, const In& in) { return operation(key, tx, who, in); };
}

}  // namespace

Handlers make_handlers(const SealingKey& key) {
  return {
      .batch_get_secret_value = sealed(key, batch_get_secret_value),
      .create_secret = sealed(key, create_secret),
      .delete_resource_policy = delete_resource_policy,
      .delete_secret = delete_secret,
      .describe_secret = describe_secret,
      .get_random_password = get_random_password,
      .get_resource_policy = get_resource_policy,
      .get_secret_value = sealed(key, get_secret_value),
      .list_secret_version_ids = list_secret_version_ids,
      .list_secrets = list_secrets,
      .put_resource_policy = put_resource_policy,
      .put_secret_value = sealed(key, put_secret_value),
      .restore_secret = restore_secret,
      .tag_resource = tag_resource,
      .untag_resource = untag_resource,
      .update_secret = sealed(key, update_secret),
      .update_secret_version_stage = update_secret_version_stage,
  };
}

}  // namespace roadstead::secretsmanager
