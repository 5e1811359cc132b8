// Query services for tests that speak JSON: a document as a form, and an XML answer as a document. Pure.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

namespace roadstead {

/// {"A":"x","L":[{"K":1}]} as "&A=x&L.member.1.K=1".
std::string form_of_json(std::string_view json);

/// The content of the root element: children as members, <member> lists as arrays, all texts as strings.
boost::json::value json_of_xml(std::string_view xml);

}  // namespace roadstead
