// The operations of Parameter Store. State thread, in a transaction. A parameter is named by its name or ARN, a version of
// it by "name:3" or "name:label". Source: reference/neighbour-apis.md §7.13.
#pragma once

#include "api/ssm/add_tags_to_resource.gen.h"
#include "api/ssm/delete_parameter.gen.h"
#include "api/ssm/delete_parameters.gen.h"
#include "api/ssm/describe_parameters.gen.h"
#include "api/ssm/get_parameter.gen.h"
#include "api/ssm/get_parameter_history.gen.h"
#include "api/ssm/get_parameters.gen.h"
#include "api/ssm/get_parameters_by_path.gen.h"
#include "api/ssm/label_parameter_version.gen.h"
#include "api/ssm/list_tags_for_resource.gen.h"
#include "api/ssm/put_parameter.gen.h"
#include "api/ssm/remove_tags_from_resource.gen.h"
#include "api/ssm/unlabel_parameter_version.gen.h"
#include "base/data/seal.h"

namespace roadstead::ssm {

/// Makes a parameter or, with Overwrite, a new version of it. Errors: ParameterAlreadyExists; ValidationException (name,
/// type, size, tags with Overwrite); HierarchyTypeMismatchException; HierarchyLevelLimitExceededException;
/// AccessDeniedException (reserved names); ParameterPatternMismatchException; InvalidAllowedPatternException.
Result<PutParameterResult> put_parameter(const SealingKey& key, Tx& tx, const Caller& who, const PutParameterRequest& in);

/// Errors: ParameterNotFound, ParameterVersionNotFound, InvalidKeyId (the value was sealed with another key).
Result<GetParameterResult> get_parameter(const SealingKey& key, Tx& tx, const Caller& who, const GetParameterRequest& in);

/// Names that mean nothing are in InvalidParameters.
Result<GetParametersResult> get_parameters(const SealingKey& key, Tx& tx, const Caller& who, const GetParametersRequest& in);

/// Errors: ValidationException (not a path), InvalidFilterKey, InvalidFilterOption, InvalidFilterValue, InvalidNextToken.
Result<GetParametersByPathResult> get_parameters_by_path(
    const SealingKey& key, Tx& tx, const Caller& who, const GetParametersByPathRequest& in
);

/// Oldest first. Errors: ParameterNotFound, InvalidNextToken.
Result<GetParameterHistoryResult> get_parameter_history(
    const SealingKey& key, Tx& tx, const Caller& who, const GetParameterHistoryRequest& in
);

/// Everything but the values. Errors: ValidationException, InvalidFilterKey, InvalidFilterOption, InvalidFilterValue,
/// InvalidNextToken.
Result<DescribeParametersResult> describe_parameters(Tx& tx, const Caller& who, const DescribeParametersRequest& in);

/// Errors: ParameterNotFound.
Result<DeleteParameterResult> delete_parameter(Tx& tx, const Caller& who, const DeleteParameterRequest& in);
Result<DeleteParametersResult> delete_parameters(Tx& tx, const Caller& who, const DeleteParametersRequest& in);

/// Moves labels to a version, the newest one unless told. Errors: ParameterNotFound, ParameterVersionNotFound,
/// ParameterVersionLabelLimitExceeded.
Result<LabelParameterVersionResult> label_parameter_version(
    Tx& tx, const Caller& who, const LabelParameterVersionRequest& in
);
Result<UnlabelParameterVersionResult> unlabel_parameter_version(
    Tx& tx, const Caller& who, const UnlabelParameterVersionRequest& in
);

/// Each of these: errors InvalidResourceType (not Parameter), InvalidResourceId (no such parameter); TooManyTagsError.
Result<AddTagsToResourceResult> add_tags_to_resource(Tx& tx, const Caller& who, const AddTagsToResourceRequest& in);
Result<RemoveTagsFromResourceResult> remove_tags_from_resource(
    Tx& tx, const Caller& who, const RemoveTagsFromResourceRequest& in
);
Result<ListTagsForResourceResult> list_tags_for_resource(Tx& tx, const Caller& who, const ListTagsForResourceRequest& in);

}  // namespace roadstead::ssm
