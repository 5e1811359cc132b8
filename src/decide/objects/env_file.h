// Environment files of containers: what a file says, and which variables of it a container gets.
//
//   # a comment          ─► nothing        KEY=VALUE            ─► KEY is VALUE, as it stands: no quotes, no trimming
//   no equals sign       ─► nothing        KEY=a=b              ─► KEY is "a=b"
//
// What the task definition says goes before files, and among files the first one that names a variable; the image comes last.
// Sees hostile input; pure; any thread. Source: reference/ecs-core.md §3.6.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roadstead {

using EnvVariables = std::vector<std::pair<std::string, std::string>>;

/// The variables of a file in its order. Lines without a name are nothing; a NUL ends a line's value.
EnvVariables parse_env_file(std::string_view text);

/// Puts the variables of `files`, the first listed first, into `environment` ("NAME=value"). Names in `fixed` stay as they are.
void merge_env_files(
    const std::vector<EnvVariables>& files, const std::set<std::string>& fixed, std::vector<std::string>& environment
);

}  // namespace roadstead
