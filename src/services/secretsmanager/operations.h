// The operations of Secrets Manager. State thread, in a transaction. All of them refuse an unknown secret with
// ResourceNotFoundException and, but for DescribeSecret, DeleteSecret and RestoreSecret, one that is marked for deletion
// with InvalidRequestException. Source: reference/neighbour-apis.md §7.13.
#pragma once

#include "api/secretsmanager/batch_get_secret_value.gen.h"
#include "api/secretsmanager/create_secret.gen.h"
#include "api/secretsmanager/delete_resource_policy.gen.h"
#include "api/secretsmanager/delete_secret.gen.h"
#include "api/secretsmanager/describe_secret.gen.h"
#include "api/secretsmanager/get_random_password.gen.h"
#include "api/secretsmanager/get_resource_policy.gen.h"
#include "api/secretsmanager/get_secret_value.gen.h"
#include "api/secretsmanager/list_secret_version_ids.gen.h"
#include "api/secretsmanager/list_secrets.gen.h"
#include "api/secretsmanager/put_resource_policy.gen.h"
#include "api/secretsmanager/put_secret_value.gen.h"
#include "api/secretsmanager/restore_secret.gen.h"
#include "api/secretsmanager/tag_resource.gen.h"
#include "api/secretsmanager/untag_resource.gen.h"
#include "api/secretsmanager/update_secret.gen.h"
#include "api/secretsmanager/update_secret_version_stage.gen.h"
#include "base/data/seal.h"

namespace roadstead::secretsmanager {

/// The same ClientRequestToken with the same value does nothing more. Errors: ValidationException (name),
/// ResourceExistsException, InvalidRequestException (the name waits for its deletion), InvalidParameterException.
Result<CreateSecretResponse> create_secret(const SealingKey& key, Tx& tx, const Caller& who, const CreateSecretRequest& in);

/// Changes description and key id, and adds a version when a value is given.
Result<UpdateSecretResponse> update_secret(const SealingKey& key, Tx& tx, const Caller& who, const UpdateSecretRequest& in);

/// Adds a version, named by the token. Errors: ResourceExistsException when the token names a version of another value.
Result<PutSecretValueResponse> put_secret_value(
    const SealingKey& key, Tx& tx, const Caller& who, const PutSecretValueRequest& in
);

/// Errors also: DecryptionFailure.
Result<GetSecretValueResponse> get_secret_value(
    const SealingKey& key, Tx& tx, const Caller& who, const GetSecretValueRequest& in
);

/// The current values of listed or filtered secrets; those that cannot be had are in Errors.
Result<BatchGetSecretValueResponse> batch_get_secret_value(
    const SealingKey& key, Tx& tx, const Caller& who, const BatchGetSecretValueRequest& in
);

Result<DescribeSecretResponse> describe_secret(Tx& tx, const Caller& who, const DescribeSecretRequest& in);
Result<ListSecretsResponse> list_secrets(Tx& tx, const Caller& who, const ListSecretsRequest& in);
Result<ListSecretVersionIdsResponse> list_secret_version_ids(
    Tx& tx, const Caller& who, const ListSecretVersionIdsRequest& in
);

/// Marks a secret for deletion after 7 to 30 days, or deletes it at once. Errors: InvalidParameterException (both ways, or
/// the number of days), InvalidRequestException (it is marked already).
Result<DeleteSecretResponse> delete_secret(Tx& tx, const Caller& who, const DeleteSecretRequest& in);
Result<RestoreSecretResponse> restore_secret(Tx& tx, const Caller& who, const RestoreSecretRequest& in);

/// Moves a stage from one version to another. Errors: InvalidParameterException.
Result<UpdateSecretVersionStageResponse> update_secret_version_stage(
    Tx& tx, const Caller& who, const UpdateSecretVersionStageRequest& in
);

/// Errors: InvalidParameterException beyond 50 tags.
Result<Done> tag_resource(Tx& tx, const Caller& who, const TagResourceRequest& in);
Result<Done> untag_resource(Tx& tx, const Caller& who, const UntagResourceRequest& in);

/// Policies are kept and given back; gateway/authorise alone says who may do what. Errors: MalformedPolicyDocumentException.
Result<PutResourcePolicyResponse> put_resource_policy(Tx& tx, const Caller& who, const PutResourcePolicyRequest& in);
Result<GetResourcePolicyResponse> get_resource_policy(Tx& tx, const Caller& who, const GetResourcePolicyRequest& in);
Result<DeleteResourcePolicyResponse> delete_resource_policy(
    Tx& tx, const Caller& who, const DeleteResourcePolicyRequest& in
);

Result<GetRandomPasswordResponse> get_random_password(Tx& tx, const Caller& who, const GetRandomPasswordRequest& in);

}  // namespace roadstead::secretsmanager
