#include "services/ecs/task_definitions/volume_rules.h"

#include <set>

#include "base/text/text.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

Error not_offered(const Volume& volume, std::string_view kind) {
  return client_error(
      cat("Volume '", volume.name.value_or(""), "' asks for ", kind, ", which this installation does not have. Mount the file ",
          "system on the machine and name its directory in host.sourcePath, or use dockerVolumeConfiguration with driver ",
          "'local'.")
  );
}

Status check_docker_volume(const Volume& volume, const DockerVolumeConfiguration& docker) {
  auto name = volume.name.value_or("");
  if (docker.autoprovision.value_or(false) && docker.scope != Scope::shared) {
    return client_error(cat("volume [", name, "] : task scoped volume could not be autoprovisioned"));
  }
  if (docker.driver.value_or("local") != "local") return not_offered(volume, cat("the volume driver '", *docker.driver, "'"));
  if (docker.driver_opts && !docker.driver_opts->empty()) return not_offered(volume, "driverOpts");
  return Done{};
}

}  // namespace

Status check_volume_kinds(const TaskDefinition& definition) {
  std::set<std::string> names;
  for (const auto& volume : definition.volumes.value_or(std::vector<Volume>{})) {
    auto name = volume.name.value_or("");
    if (!is_valid_name(name)) {
      return client_error(cat("Volume name '", name, "' is invalid. It must be 1 to 255 letters, digits, hyphens and underscores."));
    }
    if (!names.insert(name).second) return client_error(cat("Duplicate volume name: '", name, "'."));
    bool path = volume.host && volume.host->source_path && !volume.host->source_path->empty();
    int kinds = (path ? 1 : 0) + (volume.docker_volume_configuration ? 1 : 0) +
                (volume.efs_volume_configuration ? 1 : 0) + (volume.s3files_volume_configuration ? 1 : 0) +
                (volume.fsx_windows_file_server_volume_configuration ? 1 : 0);
    if (kinds > 1) return client_error(cat("Volume '", name, "' has more than one kind of configuration. Keep one of them."));
    if (path && !volume.host->source_path->starts_with('/')) {
      return client_error(cat("sourcePath of volume '", name, "' must be an absolute path."));
    }
    if (volume.docker_volume_configuration) TRY(check_docker_volume(volume, *volume.docker_volume_configuration));
    if (volume.efs_volume_configuration) return not_offered(volume, "an Amazon EFS file system");
    if (volume.s3files_volume_configuration) return not_offered(volume, "an Amazon S3 Files file system");
    if (volume.fsx_windows_file_server_volume_configuration) return not_offered(volume, "an FSx for Windows file server");
    if (volume.configured_at_launch.value_or(false)) return not_offered(volume, "an Amazon EBS volume at launch");
  }
  return Done{};
}

}  // namespace roadstead::ecs
