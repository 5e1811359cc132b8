// The sub-commands of `roadstead`. Each prints for people, or for machines with --json, and returns the exit code:
// 0 done, 1 failed, 2 wrong usage, and for `serve` one of its own for each thing that keeps it from starting.
#pragma once

#include <string>
#include <vector>

namespace roadstead {

using Words = std::vector<std::string>;

int run_serve(const Words& words);
int run_env(const Words& words);
int run_exec(const Words& words);
int run_status(const Words& words);
int run_doctor(const Words& words);
int run_image(const Words& words);
int run_trust(const Words& words);
int run_down(const Words& words);

}  // namespace roadstead
