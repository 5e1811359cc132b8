// Clusters: the operations, and a row as the API shows it. Source: reference/ecs-core.md §1.6.
#pragma once

#include "api/ecs/create_cluster.gen.h"
#include "api/ecs/delete_cluster.gen.h"
#include "api/ecs/describe_clusters.gen.h"
#include "api/ecs/list_clusters.gen.h"
#include "api/ecs/put_cluster_capacity_providers.gen.h"
#include "api/ecs/update_cluster.gen.h"
#include "api/ecs/update_cluster_settings.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<CreateClusterResponse> create_cluster(Tx& tx, const Caller& who, const CreateClusterRequest& in);
Result<DescribeClustersResponse> describe_clusters(Tx& tx, const Caller& who, const DescribeClustersRequest& in);
Result<ListClustersResponse> list_clusters(Tx& tx, const Caller& who, const ListClustersRequest& in);
Result<UpdateClusterResponse> update_cluster(Tx& tx, const Caller& who, const UpdateClusterRequest& in);
Result<UpdateClusterSettingsResponse> update_cluster_settings(
    Tx& tx, const Caller& who, const UpdateClusterSettingsRequest& in
);
Result<PutClusterCapacityProvidersResponse> put_cluster_capacity_providers(
    Tx& tx, const Caller& who, const PutClusterCapacityProvidersRequest& in
);
Result<DeleteClusterResponse> delete_cluster(Tx& tx, const Caller& who, const DeleteClusterRequest& in);

/// What DescribeClusters is asked to include.
struct ClusterDetail {
  bool settings = false;
  bool configuration = false;
  bool statistics = false;
  bool tags = false;
};

/// The cluster as the API shows it; counts come from the rows of its tasks and services.
Cluster describe_cluster(const Reader& rows, const ClusterRow& cluster, const ClusterDetail& detail);

/// Makes the cluster if it is not there, as Express does with "default". Returns its row.
std::shared_ptr<const ClusterRow> ensure_cluster(Tx& tx, const Caller& who, const std::string& name);

}  // namespace roadstead::ecs
