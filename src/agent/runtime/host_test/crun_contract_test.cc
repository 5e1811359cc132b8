#include "agent/runtime/host_test/crun_test_world.h"
#include "agent/runtime/runtime_contract.h"

namespace roadstead {
namespace {

class CrunWorld final : public RuntimeWorld {
 public:
  Runtime& runtime() override { return world_.runtime(); }

  ContainerSpec container(const std::string& name, ContractBehaviour behaviour) override {
    switch (behaviour) {
      case ContractBehaviour::ends_with_7:
        return world_.container({"exit", "7"}, name);
      case ContractBehaviour::waits_for_sigterm_and_ends_with_3:
        return world_.container({"signals", "3"}, name);
      case ContractBehaviour::ignores_sigterm:
        return world_.container({"ignore"}, name);
      case ContractBehaviour::cannot_start:
        break;
    }
    auto container = world_.container({}, name);
    container.args = {"nope"};
    return container;
  }

  void settle(const ContainerRef& container) override { world_.lines(container, 1); }

  std::optional<ContainerExit> exit_of(const ContainerRef& container, std::size_t count) override {
    return world_.exits().wait(container, count);
  }

  std::size_t exits_told(const ContainerRef& container) override { return world_.exits().count(container); }

  ExecSpec command() override { return {{"guest", "exit", "0"}}; }

  void restart_agent() override { world_.reopen(); }

 private:
  CrunTestWorld world_;
};

std::unique_ptr<RuntimeWorld> make_world() { return std::make_unique<CrunWorld>(); }

INSTANTIATE_TEST_SUITE_P(Crun, RuntimeContract, testing::Values(&make_world));

}  // namespace
}  // namespace roadstead
