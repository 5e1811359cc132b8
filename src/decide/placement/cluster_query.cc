#include "decide/placement/cluster_query.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text/text.h"
#include "decide/placement/text_pattern.h"

namespace roadstead {

namespace {

using Operator = QueryOperator;

constexpr int deepest_nesting = 32;

Error invalid(std::string_view text, std::string_view why) {
  return {"InvalidParameterException", cat("Invalid expression '", text, "': ", why)};
}

constexpr std::array<std::pair<std::string_view, Operator>, 24> operators{{
    {"==", Operator::equals}, {"equals", Operator::equals},
    {"!=", Operator::not_equals}, {"not_equals", Operator::not_equals},
    {">", Operator::greater}, {"greater_than", Operator::greater},
    {">=", Operator::greater_equal}, {"greater_than_equal", Operator::greater_equal},
    {"<", Operator::less}, {"less_than", Operator::less},
    {"<=", Operator::less_equal}, {"less_than_equal", Operator::less_equal},
    {"exists", Operator::exists}, {"exists", Operator::exists},
    {"!exists", Operator::not_exists}, {"not_exists", Operator::not_exists},
    {"in", Operator::in}, {"in", Operator::in},
    {"!in", Operator::not_in}, {"not_in", Operator::not_in},
    {"=~", Operator::matches}, {"matches", Operator::matches},
    {"!~", Operator::not_matches}, {"not_matches", Operator::not_matches},
}};

std::optional<Operator> operator_of(std::string_view text) {
  auto found = std::ranges::find(operators, text, &std::pair<std::string_view, Operator>::first);
  if (found == operators.end()) return std::nullopt;
  return found->second;
}

/// A word, a quoted text or a sign.
struct Token {
  std::string text;
  bool quoted = false;
};

bool is_sign(char c) { return std::string_view("()[],=!<>&|~\"' \t\r\n").find(c) != std::string_view::npos; }

/// The sign that `text` begins with; empty when it begins with none.
std::string_view sign_at(std::string_view text) {
  for (std::string_view word : {"!exists", "!in"}) {
    bool ends = text.size() == word.size() || (text.size() > word.size() && is_sign(text[word.size()]));
    if (text.starts_with(word) && ends) return word;
  }
  for (std::string_view sign : {"==", "!=", ">=", "<=", "=~", "!~", "&&", "||", "(", ")", "[", "]", ",", "!", "<", ">"}) {
    if (text.starts_with(sign)) return sign;
  }
  return {};
}

Result<std::vector<Token>> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  auto rest = text;
  while (!(rest = trim(rest)).empty()) {
    if (rest.front() == '"' || rest.front() == '\'') {
      auto end = rest.find(rest.front(), 1);
      if (end == std::string_view::npos) return invalid(text, "a quotation is not closed.");
      tokens.push_back({std::string(rest.substr(1, end - 1)), true});
      rest.remove_prefix(end + 1);
    } else if (auto sign = sign_at(rest); !sign.empty()) {
      tokens.push_back({std::string(sign)});
      rest.remove_prefix(sign.size());
    } else {
      auto end = std::ranges::find_if(rest, is_sign);
      auto size = static_cast<std::size_t>(end - rest.begin());
      if (size == 0) return invalid(text, cat("'", rest.front(), "' is out of place."));
      tokens.push_back({std::string(rest.substr(0, size))});
      rest.remove_prefix(size);
    }
  }
  return tokens;
}

class QueryParser {
 public:
  QueryParser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

  Result<ClusterQuery> parse() {
    auto query = TRY(alternatives(0));
    if (next_ < tokens_.size()) return invalid(text_, cat("'", tokens_[next_].text, "' is out of place."));
    return query;
  }

 private:
  bool take(std::string_view sign, std::string_view word) {
    if (next_ == tokens_.size() || tokens_[next_].quoted) return false;
    if (tokens_[next_].text != sign && tokens_[next_].text != word) return false;
    ++next_;
    return true;
  }

  Result<std::string> word(std::string_view what) {
    if (next_ == tokens_.size()) return invalid(text_, cat(what, " is missing at its end."));
    const auto& token = tokens_[next_];
    if (!token.quoted && !sign_at(token.text).empty()) return invalid(text_, cat(what, " is missing before '", token.text, "'."));
    ++next_;
    return token.text;
  }

  Result<ClusterQuery> alternatives(int depth) {
    ClusterQuery query{.kind = ClusterQuery::Kind::any};
    do query.parts.push_back(TRY(conjunction(depth)));
    while (take("||", "or"));
    return query;
  }

  Result<ClusterQuery> conjunction(int depth) {
    ClusterQuery query{.kind = ClusterQuery::Kind::all};
    do query.parts.push_back(TRY(negation(depth)));
    while (take("&&", "and"));
    return query;
  }

  Result<ClusterQuery> negation(int depth) {
    if (depth > deepest_nesting) return invalid(text_, "it is nested too deeply.");
    bool negated = take("!", "not");
    ClusterQuery inner;
    if (take("(", "(")) {
      inner = TRY(alternatives(depth + 1));
      if (!take(")", ")")) return invalid(text_, "a parenthesis is not closed.");
    } else {
      inner = TRY(test());
    }
    if (!negated) return inner;
    return ClusterQuery{.kind = ClusterQuery::Kind::negation, .parts = {std::move(inner)}};
  }

  Result<ClusterQuery> test() {
    ClusterQuery query;
    query.subject = TRY(word("a subject"));
    static constexpr std::array<std::string_view, 6> subjects{"agentConnected", "agentVersion",      "ec2InstanceId",
                                                              "registeredAt",   "runningTasksCount", "task:group"};
    bool attribute = query.subject.starts_with("attribute:") && query.subject.size() > std::string_view("attribute:").size();
    if (!attribute && std::ranges::find(subjects, query.subject) == subjects.end()) {
      return invalid(text_, cat("there is no subject '", query.subject, "'."));
    }
    if (next_ == tokens_.size()) return invalid(text_, "an operator is missing at its end.");
    auto found = tokens_[next_].quoted ? std::nullopt : operator_of(tokens_[next_].text);
    if (!found) return invalid(text_, cat("'", tokens_[next_].text, "' is no operator."));
    ++next_;
    query.test = *found;
    if (query.test == Operator::exists || query.test == Operator::not_exists) return query;
    if (query.test == Operator::in || query.test == Operator::not_in) return list(std::move(query));
    query.arguments.push_back(TRY(word("an argument")));
    bool is_pattern = query.test == Operator::matches || query.test == Operator::not_matches;
    if (is_pattern && !TextPattern::parse(query.arguments.front())) {
      return invalid(text_, cat("the pattern '", query.arguments.front(), "' is not understood; characters, '.', [classes], '*', '+', '?' and '|' are."));
    }
    return query;
  }

  Result<ClusterQuery> list(ClusterQuery query) {
    if (!take("[", "[")) return invalid(text_, "'in' wants a list in brackets.");
    do query.arguments.push_back(TRY(word("an item of a list")));
    while (take(",", ","));
    if (!take("]", "]")) return invalid(text_, "a bracket is not closed.");
    return query;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
};

/// The values that a subject has on an instance: one, or for groups as many as there are; none when it lacks the attribute.
std::vector<std::string> values_of(const std::string& subject, const QueryTarget& target) {
  const auto& instance = target.instance;
  if (subject == "task:group") return target.groups;
  if (subject == "agentConnected") return {instance.connected ? "true" : "false"};
  if (subject == "runningTasksCount") return {std::to_string(target.running_tasks)};
  if (subject == "registeredAt") return {format_iso8601(instance.row.registered_at.value_or(Instant{}))};
  if (subject == "ec2InstanceId") return {instance.row.node_id};
  if (subject == "agentVersion") {
    const auto& version = instance.row.version_info;
    return version && version->agent_version ? std::vector{*version->agent_version} : std::vector<std::string>{};
  }
  auto value = attribute_of(instance, std::string_view(subject).substr(std::string_view("attribute:").size()));
  return value ? std::vector{*value} : std::vector<std::string>{};
}

/// -1, 0 or 1: dotted numbers by their parts, anything else as text.
int compare(std::string_view a, std::string_view b) {
  auto left = split(a, '.');
  auto right = split(b, '.');
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    auto x = to_number<std::int64_t>(i < left.size() ? left[i] : "0");
    auto y = to_number<std::int64_t>(i < right.size() ? right[i] : "0");
    if (!x || !y) return a.compare(b) < 0 ? -1 : a == b ? 0 : 1;
    if (*x != *y) return *x < *y ? -1 : 1;
  }
  return 0;
}

bool holds(Operator test, const std::string& value, const std::vector<std::string>& arguments) {
  const auto& argument = arguments.front();
  switch (test) {
    case Operator::equals: return value == argument;
    case Operator::greater: return compare(value, argument) > 0;
    case Operator::greater_equal: return compare(value, argument) >= 0;
    case Operator::less: return compare(value, argument) < 0;
    case Operator::less_equal: return compare(value, argument) <= 0;
    case Operator::in: return std::ranges::find(arguments, value) != arguments.end();
    default: return TextPattern::parse(argument)->matches(value);
  }
}

/// The test whose opposite `test` is; nothing for a positive one.
std::optional<Operator> opposite_of(Operator test) {
  switch (test) {
    case Operator::not_equals: return Operator::equals;
    case Operator::not_in: return Operator::in;
    case Operator::not_matches: return Operator::matches;
    default: return std::nullopt;
  }
}

bool passes(const ClusterQuery& query, const QueryTarget& target) {
  auto values = values_of(query.subject, target);
  if (query.test == Operator::exists) return !values.empty();
  if (query.test == Operator::not_exists) return values.empty();
  auto opposite = opposite_of(query.test);
  auto found = [&](const std::string& value) { return holds(opposite.value_or(query.test), value, query.arguments); };
  return std::ranges::any_of(values, found) != opposite.has_value();
}

}  // namespace

Result<ClusterQuery> parse_cluster_query(std::string_view text) {
  auto tokens = TRY(tokens_of(text));
  return QueryParser(text, std::move(tokens)).parse();
}

bool satisfies(const ClusterQuery& query, const QueryTarget& target) {
  auto part = [&](const ClusterQuery& inner) { return satisfies(inner, target); };
  switch (query.kind) {
    case ClusterQuery::Kind::all: return std::ranges::all_of(query.parts, part);
    case ClusterQuery::Kind::any: return std::ranges::any_of(query.parts, part);
    case ClusterQuery::Kind::negation: return !part(query.parts.front());
    default: return passes(query, target);
  }
}

QueryTarget query_target_of(const Reader& rows, const Instance& instance) {
  QueryTarget target{.instance = instance};
  rows.for_each(TaskRowIndex::present_by_node, instance.row.node_id, [&](const TaskRow& task) {
    if (task.cluster_arn != instance.row.cluster_arn) return;
    if (task.last_status == TaskStatus::running) ++target.running_tasks;
    if (task.group) target.groups.push_back(*task.group);
  });
  return target;
}

}  // namespace roadstead
