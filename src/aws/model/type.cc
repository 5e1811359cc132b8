#include "aws/model/type.h"

#include "base/result/result.h"

namespace roadstead {

namespace prelude {

constinit const Type boolean{.kind = Kind::boolean, .name = "Boolean"};
constinit const Type integer{.kind = Kind::integer, .name = "Integer"};
constinit const Type long_integer{.kind = Kind::long_integer, .name = "Long"};
constinit const Type floating{.kind = Kind::floating, .name = "Double"};
constinit const Type string{.kind = Kind::string, .name = "String"};
constinit const Type blob{.kind = Kind::blob, .name = "Blob"};
constinit const Type timestamp{.kind = Kind::timestamp, .name = "Timestamp"};
constinit const Type document{.kind = Kind::document, .name = "Document"};
constinit const Type unit{.kind = Kind::structure, .name = "Unit"};

}  // namespace prelude

template <>
const Type& type_of<Done>() {
  return prelude::unit;
}

}  // namespace roadstead
