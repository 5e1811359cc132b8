"""Renders rows.gen.h and rows.gen.cc: stored rows, their keys and indexes."""
from model import CPP_SIMPLE
from names import enumerator, namespace_of, quote, snake
from render_types import HEAD, INCLUDES, render_enum, render_struct, render_type_declarations, shape_header
from smithy import IdlError


class Rows:
    """The rows of a file, and the parts that they are made of."""

    def __init__(self, model):
        self.model = model
        self.shapes = [shape for shape in model.own if shape.kind != "service"]
        self.namespace = self.shapes[0].namespace
        self.own = {shape.id for shape in self.shapes}
        self.rows = [shape for shape in self.shapes if "table" in shape.traits]
        self.services = sorted({shape_id.split("#")[0] for shape_id in model.closure(self.own)}
                               - {self.namespace, "smithy.api"})
        for shape in self.shapes:
            self.check(shape)

    def check(self, shape):
        if shape.kind not in ("structure", "union"):
            return
        ids = {}
        for member in shape.members:
            number = member.traits.get("id")
            if not isinstance(number, int) or number < 1:
                raise IdlError(f"{shape.id}${member.name} needs @id(n), n from 1")
            if number in ids:
                raise IdlError(f"{shape.id}: {member.name} and {ids[number]} have the same @id({number})")
            ids[number] = member.name
        for _, members, unless in [("", self.key(shape), {})] + self.indexes(shape):
            for name in [*members, *unless]:
                if shape.member(name) is None:
                    raise IdlError(f"{shape.id}: the key or index member {name!r} does not exist")

    def key(self, shape):
        table = shape.traits.get("table")
        return table["key"] if table else []

    def indexes(self, shape):
        """[(name, [member], {member: value})] in the order of the file: rows with all of these values are left out."""
        return [(index[0], index[1], index[2] if len(index) > 2 else {}) for index in shape.traits.get("index", [])]

    def is_plain(self, shape, member):
        """In rows: what is required, has a default, or is a list or map. Elsewhere the rule of services."""
        return ("required" in member.traits or member.default is not None
                or self.model[member.target].kind in ("list", "map"))

    def shape_headers(self):
        """The headers of the structures of AWS that rows hold."""
        held = {s for shape in self.shapes if shape.kind != "enum" for m in shape.members
                for s in self.model.by_value(m.target)}
        return sorted(shape_header(self.model, shape_id) for shape_id in held - self.own)

    def structures(self):
        wanted = {shape.id for shape in self.shapes if shape.kind in ("structure", "union")}
        return self.model.ordered(wanted)


def table_name(shape):
    return shape.traits["table"]["name"]


def row_index_enum(rows, shape):
    indexes = rows.indexes(shape)
    body = ", ".join(name for name, _, _ in indexes)
    return f"enum class {shape.name}Index : int {{ {body} }};\n" if indexes else f"enum class {shape.name}Index : int {{}};\n"


def row_traits(rows, shape):
    return "\n".join([
        "template <>",
        f"struct RowTraits<{shape.name}> {{",
        f"  static constexpr TableId table = TableId::{table_name(shape)};",
        f"  static constexpr std::string_view name = {quote(table_name(shape))};",
        f"  using Index = {shape.name}Index;",
        f"  static constexpr int index_count = {len(rows.indexes(shape))};",
        f"  static std::string key(const {shape.name}& row);",
        f"  static void index_keys(const {shape.name}& row, int index, std::vector<std::string>& out);",
        "  static const Type& type();",
        "};\n",
        "template <>",
        f"struct IndexTraits<{shape.name}Index> {{",
        f"  using Row = {shape.name};",
        "};\n"])


ROW_TEMPLATES = """/// What a table's rows are called, keyed and indexed by.
/// Keys of several members are joined by a line feed; numbers and times are zero-padded, so that keys sort as they do.
template <class Row>
struct RowTraits;

/// Which row an index belongs to.
template <class Index>
struct IndexTraits;
"""


def render_rows_header(rows, source):
    model, namespace = rows.model, namespace_of(rows.namespace)
    out = [HEAD.format(source=source, what="Every stored row: plain structs, and how each is keyed and indexed."), INCLUDES]
    out += [f'#include "api/{name}_enums.gen.h"' for name in rows.services]
    out += [f'#include "{header}"' for header in rows.shape_headers()]
    out.append(f"\nnamespace {namespace} {{\n")
    out += [render_enum(shape) for shape in rows.shapes if shape.kind == "enum"]
    structures = [model[shape_id] for shape_id in rows.structures()]
    out += [render_struct(model, shape, rows.is_plain) for shape in structures]
    tables = "".join(f"  {table_name(shape)},\n" for shape in rows.rows)
    out.append(f"/// Every table, in the order of the definitions.\nenum class TableId : int {{\n{tables}}};\n")
    out.append(f"inline constexpr int table_count = {len(rows.rows)};\n")
    out.append("/// The table's name in idl/store.smithy: \"tasks\".\nstd::string_view to_string(TableId table);\n")
    out.append(ROW_TEMPLATES)
    for shape in rows.rows:
        out.append(row_index_enum(rows, shape))
        out.append(row_traits(rows, shape))
    calls = "\n".join(f"  visitor.template operator()<{shape.name}>();" for shape in rows.rows)
    out.append("/// Calls `visitor.operator()<Row>()` for every row type: `for_each_row_type([]<class Row>() { … })`.\n"
               f"template <class Visitor>\nvoid for_each_row_type(Visitor&& visitor) {{\n{calls}\n}}\n")
    out.append(f"}}  // namespace {namespace}\n")
    out.append(render_type_declarations(namespace, [shape.name for shape in structures]))
    return "\n".join(out) + "\n"


def key_expression(shape, names):
    """Appends the members `names` of `row`, which are all plain scalars, to `key`."""
    lines = []
    for position, name in enumerate(names):
        if position:
            lines.append("  key.push_back('\\n');")
        lines.append(f"  append_key(key, row.{snake(name)});")
    return "\n".join(lines)


def has_value(rows, shape, name, value):
    """The expression of whether a row's member `name`, an enumeration or a Boolean, has this value."""
    member = shape.member(name)
    target = rows.model[member.target]
    if isinstance(value, bool) and target.kind == "boolean" and rows.is_plain(shape, member):
        return f"{'' if value else '!'}row.{snake(name)}"
    if target.kind != "enum" or value not in [one.value for one in target.members]:
        raise IdlError(f"{shape.id}: no index can leave out what has the {name} {value!r}")
    return f"row.{snake(name)} == {target.name}::{enumerator(value)}"


def index_case(rows, shape, position, names, unless):
    """One case of index_keys: absent optionals give nothing, a list one key for each element."""
    lines, values = [f"    case {position}: {{"], []
    if unless:
        lines.append(f"      if ({' && '.join(has_value(rows, shape, *item) for item in unless.items())}) break;")
    opened = 0
    for name in names:
        member = shape.member(name)
        place = f"row.{snake(name)}"
        kind = rows.model[member.target].kind
        if kind == "list":
            lines.append("  " * (3 + opened) + f"for (const auto& {snake(name)}_item : {place}) {{")
            opened += 1
            values.append(f"{snake(name)}_item")
        elif not rows.is_plain(shape, member):
            lines.append("  " * (3 + opened) + f"if (!{place}) break;")
            values.append(f"*{place}")
        else:
            values.append(place)
    lines.append("  " * (3 + opened) + "std::string key;")
    for at, value in enumerate(values):
        if at:
            lines.append("  " * (3 + opened) + "key.push_back('\\n');")
        lines.append("  " * (3 + opened) + f"append_key(key, {value});")
    lines.append("  " * (3 + opened) + "out.push_back(std::move(key));")
    for level in range(opened, 0, -1):
        lines.append("  " * (2 + level) + "}")
    lines += ["      break;", "    }"]
    return "\n".join(lines)


def check_key(rows, shape):
    for name in rows.key(shape):
        member = shape.member(name)
        kind = rows.model[member.target].kind
        if not rows.is_plain(shape, member) or kind not in set(CPP_SIMPLE) | {"enum"} or kind == "double":
            raise IdlError(f"{shape.id}: the key member {name!r} must be @required or have a default, and be a scalar")


def row_functions(rows, shape):
    check_key(rows, shape)
    row = shape.name
    lines = [f"std::string RowTraits<{row}>::key(const {row}& row) {{", "  std::string key;",
             key_expression(shape, rows.key(shape)), "  return key;", "}\n"]
    indexes = rows.indexes(shape)
    if indexes:
        lines += [f"void RowTraits<{row}>::index_keys(const {row}& row, int index, std::vector<std::string>& out) {{",
                  "  switch (index) {"]
        lines += [index_case(rows, shape, position, *index[1:]) for position, index in enumerate(indexes)]
        lines += ["    default:", "      break;", "  }", "}\n"]
    else:
        lines += [f"void RowTraits<{row}>::index_keys(const {row}&, int, std::vector<std::string>&) {{}}\n"]
    lines += [f"const Type& RowTraits<{row}>::type() {{", f"  return type_of<{row}>();", "}\n"]
    return "\n".join(lines)


def render_rows_cc(rows, source):
    namespace = namespace_of(rows.namespace)
    lines = [f"// Generated by tools/smithyc from {source}; do not edit.", '#include "rows/rows.gen.h"\n',
             "#include <utility>\n", '#include "aws/model/key.h"\n', f"namespace {namespace} {{\n"]
    names = ", ".join(quote(table_name(shape)) for shape in rows.rows)
    lines += ["std::string_view to_string(TableId table) {",
              f"  static constexpr std::string_view names[] = {{{names}}};",
              "  return wire_value(names, static_cast<int>(table));", "}\n"]
    lines += [row_functions(rows, shape) for shape in rows.rows]
    lines.append(f"}}  // namespace {namespace}")
    return "\n".join(lines) + "\n"
