#include "services/s3/handlers.h"

#include "services/s3/operations.h"

namespace roadstead::s3 {

namespace {

/// The operation as a handler that runs outside the state thread.
template <class In, class Out>
auto outside(ObjectStore& store, Result<Out> (*operation)(ObjectStore&, const Caller&, const In&)) {
  return [&store, operation](const Caller& who, const In& in) { return operation(store, who, in); };
}

}  // namespace

Handlers make_handlers(ObjectStore& store) {
  return {
      .copy_object = outside(store, copy_object),
      .create_bucket = create_bucket,
      .delete_bucket = delete_bucket,
      .delete_object = outside(store, delete_object),
      .delete_objects = outside(store, delete_objects),
      .get_bucket_location = get_bucket_location,
      .get_object = outside(store, get_object),
      .head_bucket = head_bucket,
      .head_object = head_object,
      .list_buckets = list_buckets,
      .list_objects = list_objects,
      .list_objects_v2 = list_objects_v2,
      .put_object = outside(store, put_object),
  };
}

}  // namespace roadstead::s3
