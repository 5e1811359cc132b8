#include "decide/placement/placement.h"

#include <algorithm>
#include <cstdio>

#include "base/text/text.h"
#include "decide/placement/cidr.h"

namespace roadstead {

namespace {

/// AWS keeps the first four addresses of a subnet and its last one for itself; so do we.
constexpr std::uint64_t first_host = 4;
constexpr std::uint64_t reserved_at_end = 1;

/// A MAC address that follows from the address, so that a node can make it again.
std::string mac_of(std::uint32_t address) {
  char text[24];
  auto size = std::snprintf(text, sizeof text, "0a:58:%02x:%02x:%02x:%02x", address >> 24, address >> 16 & 255,
                            address >> 8 & 255, address & 255);
  return std::string(text, static_cast<std::size_t>(size));
}

/// The next free address of a subnet after the one given out last, going round.
std::optional<std::uint32_t> free_address(Tx& tx, const SubnetRow& subnet) {
  auto block = parse_cidr(subnet.cidr_block);
  if (!block || block->size() <= first_host + reserved_at_end) return std::nullopt;
  auto count = block->size() - first_host - reserved_at_end;
  if (tx.count(NetworkInterfaceRowIndex::by_subnet, subnet.subnet_id) >= count) return std::nullopt;
  for (std::uint64_t i = 0; i < count; ++i) {
    auto host = (static_cast<std::uint64_t>(subnet.next_host) + i) % count;
    auto address = block->address + static_cast<std::uint32_t>(host + first_host);
    if (tx.count(NetworkInterfaceRowIndex::by_address, format_address(address)) > 0) continue;
    tx.update<SubnetRow>(subnet.subnet_id, [&](SubnetRow& row) {
      row.next_host = static_cast<std::int32_t>((host + 1) % count);
    });
    return address;
  }
  return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<const NetworkInterfaceRow>> take_address(
    Tx& tx, const std::vector<std::string>& subnet_ids, const std::string& task_arn,
    std::vector<std::string> security_group_ids
) {
  // Tasks are spread over the subnets, which stand for availability zones: the one with the fewest comes first.
  std::vector<std::shared_ptr<const SubnetRow>> subnets;
  for (const auto& id : subnet_ids) {
    if (auto subnet = tx.find<SubnetRow>(id)) subnets.push_back(std::move(subnet));
  }
  std::ranges::sort(subnets, {}, [&](const auto& subnet) {
    return std::pair(tx.count(NetworkInterfaceRowIndex::by_subnet, subnet->subnet_id), std::string_view(subnet->subnet_id));
  });
  for (const auto& subnet : subnets) {
    auto address = free_address(tx, *subnet);
    if (!address) continue;
    return tx.put(NetworkInterfaceRow{
        .network_interface_id = cat("eni-", new_hex(tx.ids(), 17)),
        .subnet_id = subnet->subnet_id,
        .private_ip = format_address(*address),
        .mac_address = mac_of(*address),
        .task_arn = task_arn,
        .security_group_ids = std::move(security_group_ids),
        .created_at = tx.now(),
    });
  }
  return Error{"RESOURCE:ENI", "no subnet has a free address"};
}

std::shared_ptr<const VpcRow> default_vpc(const Reader& rows) {
  std::shared_ptr<const VpcRow> found;
  rows.for_each<VpcRow>([&](const std::shared_ptr<const VpcRow>& vpc) {
    if (vpc->is_default) found = vpc;
    return !vpc->is_default;
  });
  CHECK(found, "the first start makes the default VPC");
  return found;
}

std::vector<std::string> default_subnet_ids(const Reader& rows) {
  std::vector<std::string> ids;
  rows.for_each(SubnetRowIndex::by_vpc, default_vpc(rows)->vpc_id, [&](const SubnetRow& subnet) {
    if (subnet.is_default) ids.push_back(subnet.subnet_id);
  });
  return ids;
}

}  // namespace roadstead
