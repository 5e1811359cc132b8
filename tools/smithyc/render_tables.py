"""Renders the constant data: one Type for each shape, the wire values of enumerations, type_of."""
from names import namespace_of, quote, snake

SIMPLE_TYPES = {"string": "string", "integer": "integer", "short": "integer", "byte": "integer", "long": "long_integer",
                "float": "floating", "double": "floating", "boolean": "boolean", "timestamp": "timestamp",
                "blob": "blob", "document": "document"}
FORMATS = {"date-time": "date_time", "epoch-seconds": "epoch_seconds", "http-date": "http_date"}
LOCATIONS = (("httpLabel", "label"), ("httpQuery", "query"), ("httpHeader", "header"),
             ("httpPrefixHeaders", "prefix_headers"), ("httpResponseCode", "status_code"), ("httpPayload", "payload"))
SHAPE_TRAITS = ("range", "length", "pattern", "sensitive", "timestampFormat")


def tables_namespace(namespace):
    """Tables live beside the structs, not among them: their names must not hide the structs'."""
    return f"roadstead::{namespace.split('.')[-1]}_tables"


def is_bare(shape):
    """Whether a simple shape says nothing that its prelude type does not."""
    return shape.kind in SIMPLE_TYPES and not any(t in shape.traits for t in SHAPE_TRAITS)


def type_name(model, shape_id):
    """How a table refers to the Type of a shape."""
    shape = model[shape_id]
    if is_bare(shape):
        return f"prelude::{SIMPLE_TYPES[shape.kind]}"
    return f"{tables_namespace(shape.namespace)}::{shape.name}_type".replace("roadstead::", "", 1)


def table_shapes(model, shape_ids):
    """The shapes among `shape_ids` that get a table of their own, by name."""
    return sorted((model[s] for s in shape_ids if not is_bare(model[s])), key=lambda shape: shape.name)


def number(value):
    return repr(float(value)) if isinstance(value, float) else str(value)


def limits(shape):
    """The designated initialiser of `.limits`, and the definition that it points to."""
    bounds = shape.traits.get("range") or shape.traits.get("length") or {}
    parts = [f".{key} = {number(bounds[key])}" for key in ("min", "max") if key in bounds]
    if "pattern" in shape.traits:
        parts.append(f".pattern = {quote(shape.traits['pattern'])}")
    if not parts:
        return "", ""
    return f", .limits = &{shape.name}_limits", f"constexpr Limits {shape.name}_limits{{{', '.join(parts)}}};\n"


def common(shape):
    out = ""
    if "sensitive" in shape.traits:
        out += ", .sensitive = true"
    if "timestampFormat" in shape.traits:
        out += f", .timestamp_format = TimestampFormat::{FORMATS[shape.traits['timestampFormat']]}"
    return out


def render_member(model, shape, member, plain):
    cpp = model.cpp_type(member.target, None)
    traits = member.traits
    parts = [f".name = {quote(member.name)}", f".type = &{type_name(model, member.target)}",
             f".offset = offsetof({namespace_of(shape.namespace)}::{shape.name}, {snake(member.name)})"]
    if not plain:
        parts.append(f".optional = &optional_ops<{cpp}>")
    if "id" in traits:
        parts.append(f".id = {traits['id']}")
    for name, field in (("required", "required"), ("idempotencyToken", "idempotency_token"), ("sensitive", "sensitive"),
                        ("xmlFlattened", "flattened"), ("xmlAttribute", "xml_attribute")):
        if name in traits and not (name == "required" and "mayBeMissing" in traits):
            parts.append(f".{field} = true")
    for name, field in (("jsonName", "json_name"), ("xmlName", "xml_name"), ("ec2QueryName", "ec2_name")):
        if name in traits:
            parts.append(f".{field} = {quote(traits[name])}")
    for name, location in LOCATIONS:
        if name in traits:
            parts.append(f".location = Location::{location}")
            if isinstance(traits[name], str):
                parts.append(f".location_name = {quote(traits[name])}")
    if "timestampFormat" in traits:
        parts.append(f".timestamp_format = TimestampFormat::{FORMATS[traits['timestampFormat']]}")
    if "label" in traits:
        parts.append(f".label = {quote(traits['label'])}")
    return "    {" + ", ".join(parts) + "},\n"


def render_structure(model, shape, is_plain):
    extra = ", .is_union = true" if shape.kind == "union" else ""
    if any("id" in member.traits for member in shape.members):
        extra += ", .stored_by_id = true"
    text = ""
    if shape.members:
        text += f"constexpr Member {shape.name}_members[] = {{\n"
        text += "".join(render_member(model, shape, m, is_plain(shape, m)) for m in shape.members)
        text += "};\n"
        extra = f", .members = {shape.name}_members" + extra
    return text + (f"constinit const Type {shape.name}_type{{.kind = Kind::structure, .name = {quote(shape.name)}"
                   f"{extra}{common(shape)}}};\n")


def render_list(model, shape):
    member = shape.members[0]
    bound, definition = limits(shape)
    element = f", .element_name = {quote(member.traits['xmlName'])}" if "xmlName" in member.traits else ""
    return definition + (f"constinit const Type {shape.name}_type{{.kind = Kind::list, .name = {quote(shape.name)}{bound}, "
                         f".element = &{type_name(model, member.target)}, "
                         f".list = &list_ops<{model.cpp_type(member.target, None)}>{element}{common(shape)}}};\n")


def render_map(model, shape):
    key, value = shape.members
    bound, definition = limits(shape)
    names = f", .element_name = {quote(value.traits['xmlName'])}" if "xmlName" in value.traits else ""
    names += f", .key_name = {quote(key.traits['xmlName'])}" if "xmlName" in key.traits else ""
    return definition + (f"constinit const Type {shape.name}_type{{.kind = Kind::map, .name = {quote(shape.name)}{bound}, "
                         f".key = &{type_name(model, key.target)}, .element = &{type_name(model, value.target)}, "
                         f".map = &map_ops<{model.cpp_type(value.target, None)}>{names}{common(shape)}}};\n")


def render_table(model, shape, is_plain):
    if shape.kind in ("structure", "union"):
        return render_structure(model, shape, is_plain)
    if shape.kind == "list":
        return render_list(model, shape)
    if shape.kind == "map":
        return render_map(model, shape)
    if shape.kind == "enum":
        return (f"constinit const Type {shape.name}_type{{.kind = Kind::enumeration, .name = {quote(shape.name)}, "
                f".values = {shape.name}_values{common(shape)}}};\n")
    bound, definition = limits(shape)
    return definition + (f"constinit const Type {shape.name}_type{{.kind = Kind::{SIMPLE_TYPES[shape.kind]}, "
                         f".name = {quote(shape.name)}{bound}{common(shape)}}};\n")


def render_values(shape):
    """The wire values of an enumeration, by enumerator."""
    values = ", ".join(quote(member.value) for member in shape.members)
    return f"constexpr std::string_view {shape.name}_values[] = {{{values}}};\n"


def render_enum_functions(shape):
    values = f"{tables_namespace(shape.namespace)}::{shape.name}_type.values"
    return (f"std::span<const std::string_view> values_of({shape.name}) {{ return {values}; }}\n\n"
            f"std::string_view to_string({shape.name} value) {{ return wire_value({values}, static_cast<int>(value)); }}\n")


def render_type_of(shape):
    full = f"{namespace_of(shape.namespace)}::{shape.name}"
    same = f"equal({tables_namespace(shape.namespace)}::{shape.name}_type, this, &other)"
    return (f"bool {full}::operator==(const {shape.name}& other) const {{ return {same}; }}\n\n"
            f"template <>\nconst Type& type_of<{namespace_of(shape.namespace)}::{shape.name}>() {{\n"
            f"  return {tables_namespace(shape.namespace)}::{shape.name}_type;\n}}\n")


def render_declarations(namespace, shapes):
    """The header that lets tables refer to each other, also those of other files."""
    lines = ["", '#include "aws/model/type.h"', "", f"namespace {tables_namespace(namespace)} {{", ""]
    lines += [f"extern const Type {shape.name}_type;" for shape in shapes]
    lines += ["", f"}}  // namespace {tables_namespace(namespace)}"]
    return "\n".join(lines) + "\n"


def render_tables(model, namespace, includes, shapes, is_plain):
    """One .cc with the tables of `shapes`."""
    tables, home = tables_namespace(namespace), namespace_of(namespace)
    enums = [shape for shape in shapes if shape.kind == "enum"]
    structures = [shape for shape in shapes if shape.kind in ("structure", "union")]
    out = ["#pragma GCC diagnostic ignored \"-Winvalid-offsetof\"\n", "#include <cstddef>\n"]
    out += [f'#include "{path}"' for path in includes] + ['#include "aws/model/equal.h"', '#include "aws/model/type_ops.h"', ""]
    out += [f"namespace {tables} {{\n", "namespace {\n"] + [render_values(shape) for shape in enums]
    out += ["}  // namespace\n"] + [render_table(model, shape, is_plain) for shape in shapes]
    out += [f"}}  // namespace {tables}\n", f"namespace {home} {{\n"]
    out += [render_enum_functions(shape) for shape in enums]
    out += [f"}}  // namespace {home}\n"]
    out += ["namespace roadstead {\n"] + [render_type_of(shape) for shape in structures]
    out += ["}  // namespace roadstead"]
    return "\n".join(out) + "\n"
