#include "agent/devices/gpus.h"

#include <algorithm>
#include <set>

#include "base/text/text.h"

namespace roadstead {
namespace {

/// One device of a file: a name of a card.
struct Named {
  const CdiSpec* spec = nullptr;
  const CdiDevice* device = nullptr;

  std::string whole_name() const { return cat(spec->kind, "=", device->name); }
};

/// All names of one card.
struct Card {
  std::string id;
  std::vector<Named> names;
};

bool is_uuid(std::string_view name) { return name.starts_with("GPU-") || name.starts_with("MIG-"); }

/// The names of all GPUs, without those that a file of higher rank has told before.
std::vector<Named> all_names(const std::vector<CdiFile>& files) {
  std::vector<Named> names;
  std::set<std::string> told;
  for (const auto& file : files) {
    if (!file.spec.kind.ends_with("/gpu")) continue;
    for (const auto& device : file.spec.devices) {
      Named named{&file.spec, &device};
      if (device.name != "all" && told.insert(named.whole_name()).second) names.push_back(named);
    }
  }
  return names;
}

std::set<std::string> nodes_of(const Named& named) {
  std::set<std::string> nodes;
  for (const auto& node : named.device->edits.nodes) nodes.insert(node.host_path);
  return nodes;
}

bool are_one_card(const Named& one, const Named& other) {
  if (one.spec->kind != other.spec->kind) return false;
  auto nodes = nodes_of(one);
  return !nodes.empty() && nodes == nodes_of(other);
}

std::vector<Card> cards_of(const std::vector<CdiFile>& files) {
  std::vector<Card> cards;
  for (const auto& named : all_names(files)) {
    auto same = std::ranges::find_if(cards, [&](const Card& card) { return are_one_card(card.names.front(), named); });
    if (same == cards.end()) {
      cards.push_back({.id = {}, .names = {named}});
    } else {
      same->names.push_back(named);
    }
  }
  std::set<std::string> taken;
  for (auto& card : cards) {
    auto uuid = std::ranges::find_if(card.names, [](const Named& named) { return is_uuid(named.device->name); });
    const auto& chosen = uuid == card.names.end() ? card.names.front() : *uuid;
    card.id = chosen.device->name;
    if (taken.insert(card.id).second) continue;
    card.id = chosen.whole_name();
    taken.insert(card.id);
  }
  return cards;
}

/// By its id, or else by any name that it has: files that are written anew may name a card in another way.
const Named* find_name(const std::vector<Card>& cards, const std::string& id) {
  for (const auto& card : cards) {
    if (card.id == id) return &card.names.front();
  }
  for (const auto& card : cards) {
    for (const auto& named : card.names) {
      if (named.device->name == id || named.whole_name() == id) return &named;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> gpu_ids(const std::vector<CdiFile>& files) {
  std::vector<std::string> ids;
  for (auto& card : cards_of(files)) ids.push_back(std::move(card.id));
  return ids;
}

Result<CdiEdits> gpu_edits(const std::vector<CdiFile>& files, const std::vector<std::string>& ids) {
  auto cards = cards_of(files);
  std::set<const CdiSpec*> begun;
  CdiEdits edits;
  for (const auto& id : ids) {
    const auto* named = find_name(cards, id);
    if (named == nullptr) return Error{"GpuUnknown", cat("no CDI file tells of GPU ", id)};
    if (begun.insert(named->spec).second) append_edits(edits, named->spec->edits);
    append_edits(edits, named->device->edits);
  }
  return edits;
}

}  // namespace roadstead
