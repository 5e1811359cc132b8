#include "api/script.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "api/json_match.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

namespace json = boost::json;

/// The first word of `text`, which loses it and the blanks behind it.
std::string_view take_word(std::string_view& text) {
  text = trim(text);
  auto end = std::min(text.find_first_of(" \t\n"), text.size());
  auto word = text.substr(0, end);
  text = trim(text.substr(end));
  return word;
}

/// How far JSON is open at the end of a text, and without the comment that may stand behind it.
struct Nesting {
  int depth = 0;
  bool in_text = false;

  /// Goes through `line`; gives the part before a comment.
  std::string_view read(std::string_view line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      char c = line[i];
      if (in_text) {
        if (c == '\\') ++i;
        if (c == '"') in_text = false;
        continue;
      }
      if (c == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) return line.substr(0, i);
      if (c == '"') in_text = true;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
    }
    in_text = false;
    return line;
  }
};

/// The JSON at `path`, such as response.tasks[0].taskArn, or null.
const json::value* find_path(const json::value& document, std::string_view path) {
  const json::value* at = &document;
  while (!path.empty() && at != nullptr) {
    if (path[0] == '.') {
      path.remove_prefix(1);
      auto end = std::min(path.find_first_of(".["), path.size());
      at = at->is_object() ? at->as_object().if_contains(path.substr(0, end)) : nullptr;
      path.remove_prefix(end);
      continue;
    }
    auto close = path.find(']');
    if (path[0] != '[' || close == std::string_view::npos) return nullptr;
    auto index = to_number<std::size_t>(path.substr(1, close - 1));
    at = index && at->is_array() ? at->as_array().if_contains(*index) : nullptr;
    path.remove_prefix(close + 1);
  }
  return at;
}

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

std::vector<Statement> cut_statements(std::string_view script) {
  std::vector<Statement> out;
  Nesting nesting;
  int number = 0;
  for (auto line : split(script, '\n')) {
    ++number;
    bool continues = nesting.depth > 0;
    auto content = trim(nesting.read(line));
    if (continues) {
      out.back().rest += cat('\n', content);
    } else if (!content.empty()) {
      auto rest = content;
      auto verb = take_word(rest);
      out.push_back({number, std::string(verb), std::string(rest)});
    }
  }
  return out;
}

std::string Script::run(const std::string& name, std::string_view text) {
  for (const auto& statement : cut_statements(text)) {
    Failure failure;
    try {
      failure = execute(statement);
    } catch (const std::exception& problem) {
      failure = cat("not a sound statement: ", std::string_view(problem.what()));
    }
    if (!failure) continue;
    auto out = cat(name, ':', statement.line, ": ", *failure);
    if (!last_call_.empty())
      out += cat("\n  last call: ", last_call_, "\n  answered ", reply_.status, ": ", reply_.http.body);
    return out;
  }
  return {};
}

Script::Failure Script::execute(const Statement& statement) {
  const auto& verb = statement.verb;
  auto rest = substituted(statement.rest);
  if (verb == "call") return call(rest);
  if (verb == "ok") return expect_ok(rest);
  if (verb == "error") return expect_error(rest);
  if (verb == "given") return given(rest);
  if (verb == "advance") return advance(rest);
  if (verb == "let") return let(rest);
  if (verb == "as") return act_as(rest);
  if (verb == "step") {
    world_.step();
    return std::nullopt;
  }
  return cat("'", verb, "' is no statement");
}

Script::Failure Script::call(std::string_view rest) {
  auto service = take_word(rest);
  auto operation = take_word(rest);
  last_call_ = cat(service, ' ', operation, ' ', rest);
  auto answered = world_.call(service, operation, rest.empty() ? "{}" : rest);
  reply_ = std::move(answered);
  response_ = reply_.document.empty() ? json::value(json::object()) : json::parse(reply_.document);
  return std::nullopt;
}

Script::Failure Script::expect_ok(std::string_view rest) {
  if (!reply_.code.empty() || reply_.status / 100 != 2) {
    return cat("expected ok, got ", reply_.status, ' ', reply_.code, ": ", reply_.message);
  }
  if (rest.empty()) return std::nullopt;
  auto found = difference(json::parse(rest), response_);
  if (found.empty()) return std::nullopt;
  return found;
}

Script::Failure Script::expect_error(std::string_view rest) {
  auto code = take_word(rest);
  if (reply_.code.empty()) return cat("expected ", code, ", got ok");
  if (reply_.code != code) return cat("expected ", code, ", got ", reply_.code, ": ", reply_.message);
  if (rest.starts_with('"')) {
    auto close = rest.rfind('"');
    auto part = std::string(json::parse(rest.substr(0, close + 1)).as_string());
    if (reply_.message.find(part) == std::string::npos) {
      return cat("expected a message with \"", part, "\", got \"", reply_.message, '"');
    }
    rest = trim(rest.substr(close + 1));
  }
  if (rest.empty()) return std::nullopt;
  auto status = to_number<int>(rest);
  if (!status) return cat("'", rest, "' is no HTTP status");
  if (*status == reply_.status) return std::nullopt;
  return cat("expected status ", *status, ", got ", reply_.status);
}

/// "node n1 cpu=1024 memory=2048": a machine that is there.
Script::Failure Script::given(std::string_view rest) {
  auto kind = take_word(rest);
  if (kind != "node") return cat("'given ", kind, "' is not known");
  NodeRow row;
  row.node_id = take_word(rest);
  row.host_name = row.node_id;
  row.cpu_architecture = "X86_64";
  row.cpu_units = 8192;
  row.memory_mib = 16384;
  row.created_at = world_.clock().now();
  row.last_seen_at = world_.clock().now();
  while (!rest.empty()) {
    auto word = take_word(rest);
    auto equals = std::min(word.find('='), word.size() - 1);
    auto number = to_number<std::int32_t>(word.substr(equals + 1));
    auto name = word.substr(0, equals);
    if (name == "arch")
      row.cpu_architecture = word.substr(equals + 1);
    else if (name == "zone")
      row.availability_zone = std::string(word.substr(equals + 1));
    else if (name == "gpus")
      for (auto id : split(word.substr(equals + 1), ',')) row.gpu_ids.emplace_back(id);
    else if (name == "cpu" && number)
      row.cpu_units = *number;
    else if (name == "memory" && number)
      row.memory_mib = *number;
    else
      return cat("'", word, "' is nothing a node has");
  }
  auto stored = world_.transact([&row](Tx& tx) -> Status {
    tx.put(row);
    return Done{};
  });
  if (!stored) return stored.error().message;
  return std::nullopt;
}

Script::Failure Script::advance(std::string_view rest) {
  auto unit_at = rest.find_first_not_of("0123456789");
  auto number = to_number<std::int64_t>(rest.substr(0, unit_at));
  auto unit = unit_at == std::string_view::npos ? std::string_view() : rest.substr(unit_at);
  if (!number) return cat("'", rest, "' is no span of time");
  if (unit == "ms")
    world_.advance(std::chrono::milliseconds(*number));
  else if (unit == "s")
    world_.advance(std::chrono::seconds(*number));
  else if (unit == "m")
    world_.advance(std::chrono::minutes(*number));
  else if (unit == "h")
    world_.advance(std::chrono::hours(*number));
  else
    return cat("'", rest, "' is no span of time: ms, s, m or h");
  return std::nullopt;
}

/// "x = response.tasks[0].taskArn"
Script::Failure Script::let(std::string_view rest) {
  auto name = take_word(rest);
  auto equals = take_word(rest);
  if (equals != "=" || !rest.starts_with("response")) return cat("expected 'let name = response.path'");
  const auto* found = find_path(response_, rest.substr(8));
  if (found == nullptr) return cat("there is no ", rest);
  variables_[std::string(name)] = found->is_string() ? std::string(found->as_string()) : json::serialize(*found);
  return std::nullopt;
}

/// "account 210987654321", "owner", or "credentials <key> <secret> <token>".
Script::Failure Script::act_as(std::string_view rest) {
  auto kind = take_word(rest);
  if (kind == "owner") {
    world_.use_credentials({world_.identity().access_key_id, world_.identity().secret_access_key});
  } else if (kind == "account") {
    world_.act_as(std::string(take_word(rest)));
  } else if (kind == "credentials") {
    SigningCredentials credentials;
    credentials.access_key = take_word(rest);
    credentials.secret = take_word(rest);
    credentials.session_token = take_word(rest);
    world_.use_credentials(std::move(credentials));
  } else {
    return cat("'as ", kind, "' is not known: owner, account or credentials");
  }
  return std::nullopt;
}

std::string Script::substituted(std::string_view text) const {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i + 1;
    while (text[i] == '$' && end < text.size() && is_name_character(text[end])) ++end;
    auto found = variables_.find(text.substr(i + 1, end - i - 1));
    if (text[i] == '$' && found != variables_.end()) {
      out += found->second;
      i = end - 1;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace roadstead
