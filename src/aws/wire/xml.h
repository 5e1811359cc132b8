// XML out: a writer that keeps elements balanced, and objects of any shape written by their descriptions. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/model/type.h"

namespace roadstead {

/// Appends elements to a text. Characters that XML 1.0 cannot carry are left out.
class XmlWriter {
 public:
  void open(std::string_view name, std::string_view xml_namespace = {});
  void close();
  void text(std::string_view value);

  void element(std::string_view name, std::string_view value) {
    open(name);
    text(value);
    close();
  }

  /// The whole text; every element must be closed.
  std::string finish() && { return std::move(out_); }

 private:
  std::string out_;
  std::vector<std::string> open_;
};

/// Writes the members of `object`, a structure of `type`, as elements. Times are ISO 8601 unless the model says other.
void write_xml_members(XmlWriter& xml, const Type& type, const void* object);

}  // namespace roadstead
