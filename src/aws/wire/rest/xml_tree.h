// XML in: a small document as a tree. Elements, text, CDATA and the five entities; attributes and name prefixes are dropped,
// document types are refused, since no client of AWS sends one. Sees hostile input; pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

struct XmlElement {
  /// Without its prefix.
  std::string name;
  /// All text directly inside, entities resolved.
  std::string text;
  std::vector<XmlElement> children;

  /// The first child of that name, or null.
  const XmlElement* find(std::string_view wanted) const;
};

/// The root of a document. Errors: MalformedXML, also for more than 32 levels or 100,000 elements.
Result<XmlElement> parse_xml(std::string_view text);

}  // namespace roadstead
