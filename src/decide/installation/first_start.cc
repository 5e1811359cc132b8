#include "decide/installation/first_start.h"

#include "base/text/text.h"
#include "decide/placement/cidr.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

/// Two subnets of at least 8 addresses each.
constexpr int longest_prefix = 28;

Status make_network(Tx& tx, const InstallationRow& installation, const std::string& cidr) {
  auto block = parse_cidr(cidr);
  if (!block || block->prefix > longest_prefix) {
    return Error{"InvalidConfiguration", cat("The task network '", cidr, "' is not an IPv4 block of at most /28, such as 10.213.0.0/16.")};
  }
  VpcRow vpc{.vpc_id = cat("vpc-", new_hex(tx.ids(), 17)), .cidr_block = cidr, .is_default = true};
  auto half = static_cast<std::uint32_t>(block->size() / 2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    tx.put(SubnetRow{
        .subnet_id = cat("subnet-", new_hex(tx.ids(), 17)),
        .vpc_id = vpc.vpc_id,
        .cidr_block = cat(format_address(block->address + i * half), '/', block->prefix + 1),
        .availability_zone = cat(installation.region, i == 0 ? 'a' : 'b'),
        .is_default = true,
    });
  }
  SecurityGroupRow group;
  group.group_id = cat("sg-", new_hex(tx.ids(), 17));
  group.group_name = "default";
  group.description = "default VPC security group";
  group.vpc_id = vpc.vpc_id;
  group.ingress = {{.protocol = "-1", .group_id = group.group_id}};
  group.egress = {{.protocol = "-1", .cidr = "0.0.0.0/0"}};
  group.created_at = tx.now();
  group.updated_at = tx.now();
  tx.put(std::move(group));
  tx.put(std::move(vpc));
  return Done{};
}

void make_default_cluster(Tx& tx, const InstallationRow& installation) {
  auto arn = cat("arn:aws:ecs:", installation.region, ':', installation.account_id, ":cluster/default");
  if (tx.contains<ClusterRow>(arn)) return;
  tx.put(ClusterRow{
      .cluster_arn = arn,
      .cluster_name = "default",
      .status = "ACTIVE",
      .settings = {{.name = ecs::ClusterSettingName::container_insights, .value = "disabled"}},
      .capacity_providers = {"FARGATE", "FARGATE_SPOT"},
      .created_at = tx.now(),
  });
}

}  // namespace

Status ensure_first_start(Tx& tx, const InstallationSettings& settings) {
  auto installation = tx.update<InstallationRow>("local", [&](InstallationRow& row) {
    row.https_port = settings.https_port;
    row.express_bake_minutes = settings.express_bake_minutes;
    row.express_grace_seconds = settings.express_grace_seconds;
  });
  CHECK(installation, "ensure_identity made the installation's row before");
  if (tx.count<VpcRow>() > 0) return Done{};
  TRY(make_network(tx, *installation, settings.network_cidr));
  make_default_cluster(tx, *installation);
  return Done{};
}

}  // namespace roadstead
