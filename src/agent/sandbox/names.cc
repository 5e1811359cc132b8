#include "agent/sandbox/names.h"

#include <fstream>
#include <iterator>

#include "base/text/text.h"

namespace roadstead {
namespace {

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  auto spaced = replace_all(line, "\t", " ");
  for (auto word : split(spaced, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

std::string read_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool reachable_from_tasks(const std::string& server) {
  return !server.starts_with("127.") && server != "0.0.0.0" && !server.contains(':');
}

std::vector<std::string> reachable_ones(const std::vector<std::string>& servers) {
  std::vector<std::string> out;
  for (const auto& server : servers) {
    if (reachable_from_tasks(server)) out.push_back(server);
  }
  return out;
}

}  // namespace

Resolvers parse_resolv_conf(std::string_view text) {
  Resolvers out;
  for (auto line : split(text, '\n')) {
    auto words = words_of(line.substr(0, line.find_first_of("#;")));
    if (words.size() < 2) continue;
    auto first = words.front();
    words.erase(words.begin());
    if (first == "nameserver") out.servers.push_back(words.front());
    if (first == "search" || first == "domain") out.search = words;
    if (first == "options") out.options.insert(out.options.end(), words.begin(), words.end());
  }
  return out;
}

Resolvers resolvers_for_tasks(const Resolvers& own, const Resolvers& behind) {
  auto out = own;
  out.servers = reachable_ones(own.servers);
  if (out.servers.empty()) out.servers = reachable_ones(behind.servers);
  return out;
}

Resolvers machine_resolvers() {
  return resolvers_for_tasks(
      parse_resolv_conf(read_file("/etc/resolv.conf")),
      parse_resolv_conf(read_file("/run/systemd/resolve/resolv.conf"))
  );
}

std::string render_resolv_conf(const NetworkSpec& task, const Resolvers& machine) {
  std::string text;
  for (const auto& server : task.dns_servers.empty() ? machine.servers : task.dns_servers) {
    text += cat("nameserver ", server, '\n');
  }
  const auto& search = task.dns_search.empty() ? machine.search : task.dns_search;
  if (!search.empty()) text += cat("search ", join(search, " "), '\n');
  if (!machine.options.empty()) text += cat("options ", join(machine.options, " "), '\n');
  return text;
}

NameFiles render_name_files(const Joined& joined, const OwnNames& own) {
  NameFiles files = joined.names;
  std::string_view address = joined.address.empty() ? std::string_view("127.0.0.1") : joined.address;
  if (!own.hostname.empty()) {
    bool machines_own = joined.netns_path.empty();
    // The file of the machine stays as it is, with a line more.
    if (!machines_own) files.hosts = render_hosts({}, {});
    if (!files.hosts.empty() && !files.hosts.ends_with('\n')) files.hosts += '\n';
    files.hosts += cat(address, '\t', own.hostname, '\n');
    files.hostname = own.hostname;
  } else if (!files.hosts.empty() && !files.hosts.ends_with('\n')) {
    files.hosts += '\n';
  }
  for (const auto& names : own.peers) files.hosts += cat(address, '\t', names, '\n');
  for (const auto& line : own.extra_hosts) files.hosts += cat(line, '\n');
  if (own.dns_servers.empty() && own.dns_search.empty()) return files;
  NetworkSpec asked{.dns_servers = own.dns_servers, .dns_search = own.dns_search};
  files.resolv_conf = render_resolv_conf(asked, parse_resolv_conf(joined.names.resolv_conf));
  return files;
}

std::string render_hosts(
    std::string_view hostname, std::string_view address, const std::vector<std::pair<std::string, std::string>>& extra
) {
  std::string text = "127.0.0.1\tlocalhost\n";
  if (!hostname.empty()) text += cat(address.empty() ? "127.0.0.1" : address, '\t', hostname, '\n');
  for (const auto& [name, at] : extra) text += cat(at, '\t', name, '\n');
  return text;
}

std::string hostname_of(const NetworkSpec& task, std::string_view address) {
  if (!task.hostname.empty()) return task.hostname;
  if (!address.empty()) return cat("ip-", replace_all(address, ".", "-"));
  return task.task_id.substr(0, 12);
}

}  // namespace roadstead
