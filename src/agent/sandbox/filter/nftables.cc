#include "agent/sandbox/filter/nftables.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <cstdint>

#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr auto library_name = "libnftables.so.1";

void frame(NetlinkBatch& batch, std::uint16_t type) {
  batch.begin(type, 0, "start an nftables transaction");
  batch.header(nfgenmsg{.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)});
}

void put_data(NetlinkBatch& batch, int attribute, const std::string& bytes) {
  auto data = batch.nest(attribute);
  batch.put_bytes(NFTA_DATA_VALUE, bytes);
  batch.close(data);
}

void put_goto(NetlinkBatch& batch, const std::string& chain) {
  auto data = batch.nest(NFTA_SET_ELEM_DATA);
  auto verdict = batch.nest(NFTA_DATA_VERDICT);
  batch.put(NFTA_VERDICT_CODE, htonl(static_cast<std::uint32_t>(NFT_GOTO)));
  batch.put_text(NFTA_VERDICT_CHAIN, chain);
  batch.close(verdict);
  batch.close(data);
}

void put_element(NetlinkBatch& batch, const std::string& table, const TableElement& element, bool add) {
  auto message = (NFNL_SUBSYS_NFTABLES << 8) | (add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM);
  auto flags = add ? NLM_F_ACK | NLM_F_CREATE : NLM_F_ACK;
  batch.begin(
      static_cast<std::uint16_t>(message), static_cast<std::uint16_t>(flags),
      cat(add ? "add " : "remove ", element.text, add ? " to " : " from ", element.set, " of the nftables table ", table)
  );
  batch.header(nfgenmsg{.nfgen_family = NFPROTO_INET, .version = NFNETLINK_V0, .res_id = 0});
  batch.put_text(NFTA_SET_ELEM_LIST_TABLE, table);
  batch.put_text(NFTA_SET_ELEM_LIST_SET, element.set);
  auto list = batch.nest(NFTA_SET_ELEM_LIST_ELEMENTS);
  auto one = batch.nest(NFTA_LIST_ELEM);
  put_data(batch, NFTA_SET_ELEM_KEY, element.key);
  if (add && !element.chain.empty()) put_goto(batch, element.chain);
  if (add && !element.value.empty()) put_data(batch, NFTA_SET_ELEM_DATA, element.value);
  batch.close(one);
  batch.close(list);
}

}  // namespace

/// The seven functions of libnftables that are used, and one context of it.
struct Nftables::Library {
  struct Context;

  void* handle = nullptr;
  Context* context = nullptr;
  Context* (*make)(std::uint32_t) = nullptr;
  void (*free)(Context*) = nullptr;
  int (*buffer_output)(Context*) = nullptr;
  int (*buffer_error)(Context*) = nullptr;
  const char* (*output)(Context*) = nullptr;
  const char* (*error)(Context*) = nullptr;
  int (*run)(Context*, const char*) = nullptr;

  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  ~Library() {
    if (context != nullptr) free(context);
    if (handle != nullptr) ::dlclose(handle);
  }

  template <class F>
  bool find(F& function, const char* name) {
    function = reinterpret_cast<F>(::dlsym(handle, name));
    return function != nullptr;
  }

  bool find_all() {
    return find(make, "nft_ctx_new") && find(free, "nft_ctx_free") &&
           find(buffer_output, "nft_ctx_buffer_output") && find(buffer_error, "nft_ctx_buffer_error") &&
           find(output, "nft_ctx_get_output_buffer") && find(error, "nft_ctx_get_error_buffer") &&
           find(run, "nft_run_cmd_from_buffer");
  }
};

Nftables::Nftables(std::unique_ptr<Library> library, NetlinkSocket socket)
    : library_(std::move(library)), socket_(std::move(socket)) {}

Nftables::Nftables(Nftables&&) noexcept = default;
Nftables& Nftables::operator=(Nftables&&) noexcept = default;
Nftables::~Nftables() = default;

Result<Nftables> Nftables::open() {
  auto library = std::make_unique<Library>();
  library->handle = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (library->handle == nullptr || !library->find_all()) {
    return Error{"NetworkUnavailable", cat("nftables is not installed (", library_name, " cannot be loaded): install "
                                           "the package nftables")};
  }
  // Ours first: the library ends the process when it gets no socket.
  auto socket = TRY(NetlinkSocket::open(NETLINK_NETFILTER));
  library->context = library->make(0);
  if (library->context == nullptr || library->buffer_output(library->context) != 0 ||
      library->buffer_error(library->context) != 0) {
    return Error{"NetworkUnavailable", "libnftables could not make a context"};
  }
  return Nftables(std::move(library), std::move(socket));
}

Status Nftables::run(const std::string& commands) {
  TRY(list(commands));
  return Done{};
}

Result<std::string> Nftables::list(const std::string& commands) {
  auto outcome = library_->run(library_->context, commands.c_str());
  std::string output = library_->output(library_->context);
  std::string problem = library_->error(library_->context);
  if (outcome == 0) return output;
  auto first_line = problem.substr(0, problem.find('\n'));
  return Error{"NetworkUnavailable", cat("nftables refused the rules: ", first_line), cat(problem, "\n", commands)};
}

Status Nftables::change(
    const std::string& table, const std::vector<TableElement>& removed, const std::vector<TableElement>& added
) {
  if (removed.empty() && added.empty()) return Done{};
  NetlinkBatch batch;
  frame(batch, NFNL_MSG_BATCH_BEGIN);
  for (const auto& element : removed) put_element(batch, table, element, false);
  for (const auto& element : added) put_element(batch, table, element, true);
  frame(batch, NFNL_MSG_BATCH_END);
  return socket_.run(batch);
}

}  // namespace roadstead
