#include "io/time_zones.h"

#include <algorithm>
#include <utility>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

/// Names are paths below the directory: nothing may lead out of it.
bool is_zone_name(std::string_view name) {
  constexpr std::string_view others = "/_-+";
  auto fits = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= 50 && name.front() >= 'A' && name.front() <= 'Z' && std::ranges::all_of(name, fits);
}

}  // namespace

std::shared_ptr<const TimeZone> SystemTimeZones::find(std::string_view name) const {
  std::lock_guard lock(mutex_);
  auto known = zones_.find(name);
  if (known != zones_.end()) return known->second;
  std::shared_ptr<const TimeZone> found;
  if (name == "UTC") {
    found = std::make_shared<const TimeZone>();
  } else if (is_zone_name(name)) {
    auto file = read_file(cat(directory_, '/', name), largest_file);
    auto zone = file ? parse_time_zone(*file) : Result<TimeZone>(file.error());
    if (zone) found = std::make_shared<const TimeZone>(std::move(zone).value());
  }
  // What is not there may be installed later, and is not kept, so that nobody can fill the memory with names.
  if (found) zones_.emplace(name, found);
  return found;
}

}  // namespace roadstead
