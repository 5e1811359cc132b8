// Whether a JSON document is at least what a test expects. Pure.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace roadstead {

/// The first difference, "tasks[0].lastStatus: expected \"RUNNING\", got \"PENDING\"", or empty when `got` fits:
/// - objects: listed members must fit, others may exist;
/// - arrays: the same length and each element fits; with "..." as the last expected element, more may follow;
/// - "<any>" fits anything that is there, "<absent>" only a member that is not there;
/// - a text that begins with '~' is a regular expression to be found in the text;
/// - numbers are compared by value; what came from XML is text, and then so is what is expected.
std::string difference(const boost::json::value& expected, const boost::json::value& got, const std::string& path = "");

}  // namespace roadstead
