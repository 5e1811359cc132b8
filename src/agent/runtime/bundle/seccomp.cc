#include "agent/runtime/bundle/seccomp.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <set>

#include "agent/runtime/bundle/seccomp_profile.h"
#include "base/data/encode.h"
#include "base/text/text.h"
#include "io/fd.h"

namespace roadstead {
namespace {

constexpr std::uint32_t refused = EPERM;

struct ReleaseFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

using Filter = std::unique_ptr<void, ReleaseFilter>;

/// The names that `capabilities` may call whatever the arguments.
std::vector<std::string> allowed_calls(CapabilitySet capabilities) {
  std::set<std::string> names;
  for (const auto& group : seccomp_groups()) {
    if (!group.capability.empty() && (capabilities & capability_bit(group.capability)) == 0) continue;
    std::string word;
    for (char letter : group.calls) {
      if (letter != ' ' && letter != '\n') {
        word += letter;
        continue;
      }
      if (!word.empty()) names.insert(std::exchange(word, {}));
    }
    if (!word.empty()) names.insert(word);
  }
  return {names.begin(), names.end()};
}

bool may_make_namespaces(CapabilitySet capabilities) { return (capabilities & capability_bit("SYS_ADMIN")) != 0; }

/// Which argument of clone holds the flags.
#if defined(__s390x__)
constexpr unsigned clone_flags_argument = 1;
#else
constexpr unsigned clone_flags_argument = 0;
#endif

int add_conditional_rules(scmp_filter_ctx filter, CapabilitySet capabilities) {
  int problem = 0;
  for (auto value : seccomp_personalities) {
    scmp_arg_cmp equals{0, SCMP_CMP_EQ, value, 0};
    if (problem == 0) problem = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(personality), 1, &equals);
  }
  scmp_arg_cmp other_family{0, SCMP_CMP_NE, seccomp_forbidden_family, 0};
  if (problem == 0) problem = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, &other_family);
  if (may_make_namespaces(capabilities) || problem != 0) return problem;
  scmp_arg_cmp none_set{clone_flags_argument, SCMP_CMP_MASKED_EQ, seccomp_namespace_flags, 0};
  problem = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &none_set);
  if (problem == 0) problem = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  return problem;
}

Error failed(std::string_view what, int problem) {
  return {"SeccompFailed", cat("the seccomp filter could not be made: ", what), std::strerror(problem)};
}

Result<std::string> export_filter(scmp_filter_ctx filter) {
  Fd memory(::memfd_create("seccomp", MFD_CLOEXEC));
  if (!memory) return failed("memfd_create", errno);
  if (int problem = seccomp_export_bpf(filter, memory.get()); problem != 0) return failed("export", -problem);
  auto size = ::lseek(memory.get(), 0, SEEK_END);
  std::string program(static_cast<std::size_t>(size), '\0');
  if (::pread(memory.get(), program.data(), program.size(), 0) != size) return failed("read", errno);
  return program;
}

/// Instructions that answer ENOSYS to native calls numbered above `newest`; everything else goes on to the filter
/// behind them.
std::string newer_calls_prefix(std::uint32_t newest) {
  const auto architecture = seccomp_arch_native();
  constexpr std::uint32_t x32_bit = 0x40000000;
  const sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, x32_bit, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, newest, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
  };
  return {reinterpret_cast<const char*>(instructions), sizeof instructions};
}

boost::json::object json_rule(std::string_view name, std::string_view action) {
  boost::json::object rule;
  rule["names"] = boost::json::array{boost::json::string(name)};
  rule["action"] = boost::json::string(action);
  return rule;
}

boost::json::object json_rule(
    std::string_view name,
    unsigned argument,
    unsigned long long value,
    unsigned long long second,
    std::string_view comparison
) {
  auto rule = json_rule(name, "SCMP_ACT_ALLOW");
  boost::json::object condition;
  condition["index"] = argument;
  condition["value"] = value;
  condition["valueTwo"] = second;
  condition["op"] = boost::json::string(comparison);
  rule["args"] = boost::json::array{condition};
  return rule;
}

std::string_view native_architecture_name() {
  switch (seccomp_arch_native()) {
    case SCMP_ARCH_AARCH64:
      return "SCMP_ARCH_AARCH64";
    case SCMP_ARCH_S390X:
      return "SCMP_ARCH_S390X";
    case SCMP_ARCH_RISCV64:
      return "SCMP_ARCH_RISCV64";
    default:
      return "SCMP_ARCH_X86_64";
  }
}

/// The capabilities that open further calls; all others leave the profile as it is.
CapabilitySet deciding_capabilities() {
  CapabilitySet deciding = 0;
  for (const auto& group : seccomp_groups()) deciding |= capability_bit(group.capability);
  return deciding;
}

}  // namespace

Result<std::string> compile_seccomp(CapabilitySet capabilities) {
  Filter filter(seccomp_init(SCMP_ACT_ERRNO(refused)));
  if (filter == nullptr) return failed("init", ENOMEM);
  if (int problem = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2); problem != 0) {
    return failed("optimize", -problem);
  }
  int newest = 0;
  for (const auto& name : allowed_calls(capabilities)) {
    int number = seccomp_syscall_resolve_name(name.c_str());
    if (number < 0) continue;  // not a call of this architecture, or newer than this libseccomp
    newest = std::max(newest, number);
    if (int problem = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0); problem != 0)
      return failed(name, -problem);
  }
  if (int problem = add_conditional_rules(filter.get(), capabilities); problem != 0) return failed("rules", -problem);
  return newer_calls_prefix(static_cast<std::uint32_t>(newest)) + TRY(export_filter(filter.get()));
}

std::string render_seccomp_json(CapabilitySet capabilities) {
  boost::json::object everything;
  everything["action"] = "SCMP_ACT_ALLOW";
  boost::json::array names;
  for (const auto& name : allowed_calls(capabilities)) {
    if (seccomp_syscall_resolve_name(name.c_str()) >= 0) names.emplace_back(name);
  }
  everything["names"] = std::move(names);
  boost::json::array rules{std::move(everything)};
  for (auto value : seccomp_personalities) rules.push_back(json_rule("personality", 0, value, 0, "SCMP_CMP_EQ"));
  rules.push_back(json_rule("socket", 0, seccomp_forbidden_family, 0, "SCMP_CMP_NE"));
  if (!may_make_namespaces(capabilities)) {
    rules.push_back(json_rule("clone", clone_flags_argument, seccomp_namespace_flags, 0, "SCMP_CMP_MASKED_EQ"));
    auto clone3 = json_rule("clone3", "SCMP_ACT_ERRNO");
    clone3["errnoRet"] = ENOSYS;
    rules.push_back(std::move(clone3));
  }
  boost::json::object profile;
  profile["defaultAction"] = "SCMP_ACT_ERRNO";
  profile["defaultErrnoRet"] = refused;
  profile["architectures"] = boost::json::array{boost::json::string(native_architecture_name())};
  profile["syscalls"] = std::move(rules);
  return boost::json::serialize(profile);
}

Result<std::string> SeccompCache::base64_filter(CapabilitySet capabilities) {
  auto key = capabilities & deciding_capabilities();
  std::lock_guard lock(mutex_);
  if (auto known = filters_.find(key); known != filters_.end()) return known->second;
  auto encoded = to_base64(TRY(compile_seccomp(key)));
  filters_.emplace(key, encoded);
  return encoded;
}

}  // namespace roadstead
