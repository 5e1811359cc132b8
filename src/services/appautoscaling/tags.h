// Tags of scalable targets, by ARN: Terraform reads them at every refresh. State thread, in a transaction.
#pragma once

#include "api/appautoscaling/list_tags_for_resource.gen.h"
#include "api/appautoscaling/tag_resource.gen.h"
#include "api/appautoscaling/untag_resource.gen.h"

namespace roadstead::appautoscaling {

/// Each of these: errors ResourceNotFoundException (no scalable target has that ARN); TooManyTagsException, beyond 50.
Result<TagResourceResponse> tag_resource(Tx& tx, const Caller& who, const TagResourceRequest& in);
Result<UntagResourceResponse> untag_resource(Tx& tx, const Caller& who, const UntagResourceRequest& in);
Result<ListTagsForResourceResponse> list_tags_for_resource(Tx& tx, const Caller& who, const ListTagsForResourceRequest& in);

}  // namespace roadstead::appautoscaling
