// Runs a text test of the API: a list of calls and what they must answer (test/api/README.md describes the language).
// Each script has its own World. One thread.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/world.h"

namespace roadstead {

/// One statement of a script: its line number, its first word and the rest, perhaps over several lines.
struct Statement {
  int line = 0;
  std::string verb;
  std::string rest;
};

/// Cuts a script into statements: comments and blank lines away, JSON that is not closed goes on with the next line.
std::vector<Statement> cut_statements(std::string_view script);

class Script {
 public:
  /// Runs everything. The first failure as "<name>:<line>: what was expected and what came", or empty.
  std::string run(const std::string& name, std::string_view text);

 private:
  using Failure = std::optional<std::string>;

  Failure execute(const Statement& statement);
  Failure call(std::string_view rest);
  Failure expect_ok(std::string_view rest);
  Failure expect_error(std::string_view rest);
  Failure given(std::string_view rest);
  Failure advance(std::string_view rest);
  Failure let(std::string_view rest);
  Failure act_as(std::string_view rest);

  /// `text` with $name replaced by what was captured; what is not known stays.
  std::string substituted(std::string_view text) const;

  World world_;
  Reply reply_;
  boost::json::value response_;
  std::string last_call_;
  bool checked_ = true;
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace roadstead
