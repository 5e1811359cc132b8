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
      .abort_multipart_upload = outside(store, abort_multipart_upload),
      .complete_multipart_upload = outside(store, complete_multipart_upload),
      .copy_object = outside(store, copy_object),
      .create_bucket = create_bucket,
      .create_multipart_upload = create_multipart_upload,
      .delete_bucket = outside(store, delete_bucket),
      .delete_object = outside(store, delete_object),
      .delete_objects = outside(store, delete_objects),
      .get_bucket_location = get_bucket_location,
      .get_bucket_versioning = get_bucket_versioning,
      .get_object = outside(store, get_object),
      .get_object_tagging = get_object_tagging,
      .head_bucket = head_bucket,
      .head_object = head_object,
      .list_buckets = list_buckets,
      .list_multipart_uploads = list_multipart_uploads,
      .list_objects = list_objects,
      .list_objects_v2 = list_objects_v2,
      .list_parts = list_parts,
      .put_object = outside(store, put_object),
      .upload_part = outside(store, upload_part),
      .upload_part_copy = outside(store, upload_part_copy),
  };
}

}  // namespace roadstead::s3
