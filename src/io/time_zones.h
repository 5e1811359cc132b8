// The time zones of this machine: files of tzdata, read when first asked for and kept. Any thread; blocks on the disk the
// first time. A machine without tzdata knows UTC only.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "decide/schedules/time_zone.h"

namespace roadstead {

class SystemTimeZones final : public ZoneSource {
 public:
  explicit SystemTimeZones(std::string directory = "/usr/share/zoneinfo") : directory_(std::move(directory)) {}

  /// Names that are no zones, or whose files cannot be read, are not there.
  std::shared_ptr<const TimeZone> find(std::string_view name) const override;

 private:
  std::string directory_;
  mutable std::mutex mutex_;  // guards zones_
  mutable std::map<std::string, std::shared_ptr<const TimeZone>, std::less<>> zones_;
};

}  // namespace roadstead
