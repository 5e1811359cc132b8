#include "services/ecs/instances/attributes.h"

#include <algorithm>

#include "base/text/text.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_changed = 10;
constexpr std::ptrdiff_t most_own = 10;

/// What putting and deleting refuse alike.
Status check_attributes(const std::vector<Attribute>& attributes) {
  if (attributes.empty()) return invalid_parameter("attributes can not be empty");
  if (attributes.size() > most_changed) return invalid_parameter("At most 10 attributes can be given at once.");
  for (const auto& attribute : attributes) {
    TRY(check_attribute(attribute));
    if (!attribute.target_id || attribute.target_id->empty()) return invalid_parameter("targetId is required");
    if (is_built_in_attribute(attribute.name)) {
      return invalid_parameter(cat("The attribute ", attribute.name, " is set by the system and cannot be changed."));
    }
  }
  return Done{};
}

Result<Instance> target_of(const Reader& rows, const Caller& who, const ClusterRow& cluster, const Attribute& attribute, Instant now) {
  auto found = instance_named(rows, who, cluster, *attribute.target_id, now);
  if (!found || found.value().row.status == "INACTIVE") {
    return Error{"TargetNotFoundException", cat("Could not find ", *attribute.target_id)};
  }
  return found;
}

Attribute shown(const Attribute& attribute, const std::string& target) {
  auto out = attribute;
  out.target_type = TargetType::container_instance;
  out.target_id = target;
  return out;
}

}  // namespace

/// Errors: TargetNotFoundException; AttributeLimitExceededException beyond 10 of a user's own per instance.
Result<PutAttributesResponse> put_attributes(Tx& tx, const Caller& who, const PutAttributesRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  TRY(check_attributes(in.attributes));
  PutAttributesResponse out;
  auto& attributes = out.attributes.emplace();
  for (const auto& attribute : in.attributes) {
    auto instance = TRY(target_of(tx, who, *cluster, attribute, tx.now()));
    auto row = instance.row;
    std::erase_if(row.attributes, [&](const Attribute& other) { return other.name == attribute.name; });
    auto own = std::ranges::count_if(row.attributes, [](const Attribute& other) { return !is_built_in_attribute(other.name); });
    if (own >= most_own) {
      return Error{"AttributeLimitExceededException", "A container instance has at most 10 attributes of your own."};
    }
    Attribute stored;
    stored.name = attribute.name;
    stored.value = attribute.value;
    row.attributes.push_back(std::move(stored));
    ++row.version;
    attributes.push_back(shown(attribute, row.container_instance_arn));
    tx.put(std::move(row));
  }
  return out;
}

/// Deletes attributes by name, and by value where one is given; what is not there is passed over.
Result<DeleteAttributesResponse> delete_attributes(Tx& tx, const Caller& who, const DeleteAttributesRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  TRY(check_attributes(in.attributes));
  DeleteAttributesResponse out;
  auto& attributes = out.attributes.emplace();
  for (const auto& attribute : in.attributes) {
    auto instance = TRY(target_of(tx, who, *cluster, attribute, tx.now()));
    auto row = instance.row;
    auto same = [&](const Attribute& other) {
      return other.name == attribute.name && (!attribute.value || other.value.value_or("") == *attribute.value);
    };
    auto found = std::ranges::find_if(row.attributes, same);
    if (found == row.attributes.end()) continue;
    attributes.push_back(shown(*found, row.container_instance_arn));
    row.attributes.erase(found);
    ++row.version;
    tx.put(std::move(row));
  }
  return out;
}

Result<ListAttributesResponse> list_attributes(Tx& tx, const Caller& who, const ListAttributesRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto size = TRY(page_size(in.max_results, 100));
  if (in.attribute_value && !in.attribute_name) return invalid_parameter("attributeValue can only be given together with attributeName.");
  std::vector<Attribute> found;
  auto instances = instances_of(tx, cluster->cluster_arn, tx.now());
  for (const auto& instance : instances) {
    if (instance.row.status == "INACTIVE") continue;
    auto attributes = with_capabilities(instance);
    for (const auto& attribute : attributes) {
      if (in.attribute_name && attribute.name != *in.attribute_name) continue;
      if (in.attribute_value && attribute.value.value_or("") != *in.attribute_value) continue;
      found.push_back(shown(attribute, instance.row.container_instance_arn));
    }
  }
  ListAttributesResponse out;
  auto key = [](const Attribute& attribute) { return cat(*attribute.target_id, ' ', attribute.name); };
  auto filters = cat("attributes ", cluster->cluster_arn, ' ', in.attribute_name.value_or(""), ' ', in.attribute_value.value_or(""));
  out.attributes = TRY(page_of(std::move(found), key, filters, in.next_token, size, out.next_token));
  return out;
}

}  // namespace roadstead::ecs
