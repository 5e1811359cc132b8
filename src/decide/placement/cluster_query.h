// The cluster query language: `attribute:ecs.instance-type =~ t2.* and runningTasksCount < 10`, as ListContainerInstances and
// the placement constraint memberOf take it.
//
//   expr    := or          or  := and { ("||" | "or") and }       and := not { ("&&" | "and") not }
//   not     := [ "!" | "not" ] ( "(" or ")" | test )              test := subject operator [ argument ]
//   subject := agentConnected | agentVersion | ec2InstanceId | registeredAt | runningTasksCount | task:group | attribute:NAME
//   operator:= == equals != not_equals > greater_than >= greater_than_equal < less_than <= less_than_equal
//              exists !exists not_exists in !in not_in =~ matches !~ not_matches
//
// Pure. Source: reference/ecs-core.md §5.5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"
#include "decide/placement/instances.h"

namespace roadstead {

enum class QueryOperator { equals, not_equals, greater, greater_equal, less, less_equal, exists, not_exists, in, not_in, matches, not_matches };

/// A parsed expression: a tree whose leaves are tests.
struct ClusterQuery {
  enum class Kind { all, any, negation, test };
  Kind kind = Kind::test;
  std::vector<ClusterQuery> parts = {};
  std::string subject = {};
  QueryOperator test = QueryOperator::equals;
  std::vector<std::string> arguments = {};
};

/// What a query is asked of.
struct QueryTarget {
  const Instance& instance;
  int running_tasks = 0;
  /// The groups of the tasks that are on the instance.
  std::vector<std::string> groups = {};
};

/// Reads an expression. Errors: InvalidParameterException "Invalid expression …", saying what was not understood.
Result<ClusterQuery> parse_cluster_query(std::string_view text);

/// Whether an instance satisfies an expression. Of an attribute that the instance lacks only negative tests are true.
bool satisfies(const ClusterQuery& query, const QueryTarget& target);

/// What queries look at: an instance with the tasks of its cluster that are on it now.
QueryTarget query_target_of(const Reader& rows, const Instance& instance);

}  // namespace roadstead
