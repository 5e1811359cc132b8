"""Renders <svc>_service.gen.h (Handlers) and <svc>.gen.cc (operations, errors, the service's description)."""
from names import file_name, namespace_of, quote, snake
from render_tables import tables_namespace
from render_types import HEAD

PROTOCOLS = {"awsJson1_0": "aws_json_1_0", "awsJson1_1": "aws_json_1_1", "awsQuery": "aws_query",
             "ec2Query": "ec2_query", "restJson1": "rest_json_1", "restXml": "rest_xml", "rpcv2Cbor": "rpc_v2_cbor"}


def part_type(operation, part):
    """The C++ type of an operation's input or output; Done where it has none."""
    return operation.properties.get(part, "Done")


def render_service_header(service, source):
    svc, namespace = service.namespace, namespace_of(service.namespace)
    lines = [HEAD.format(source=source, what=f"The operations of {service.shape.name}: one slot for each, "
                         "and the description of the service."),
             f'#include "api/{svc}_enums.gen.h"', '#include "aws/model/service_model.h"\n',
             f"namespace {namespace} {{\n",
             "/// One slot per operation; a slot left out answers \"not implemented\".", "struct Handlers {"]
    for operation in service.operations:
        lines.append(f"  Handler<{part_type(operation, 'input')}, {part_type(operation, 'output')}> "
                     f"{snake(operation.name)};")
    lines += ["};\n", "/// The service as its model describes it. Constant.", "const ServiceModel& service();\n",
              f"}}  // namespace {namespace}"]
    return "\n".join(lines) + "\n"


def error_code(shape):
    return shape.traits.get("awsQueryError", {}).get("code", shape.name)


def error_status(shape):
    fallback = 500 if shape.traits.get("error") == "server" else 400
    query = shape.traits.get("awsQueryError", {}).get("httpResponseCode")
    return query or shape.traits.get("httpError", fallback)


def render_errors(service):
    if not service.errors:
        return "", {}
    lines = ["constexpr ErrorShape error_table[] = {"]
    index = {}
    for position, shape in enumerate(service.errors):
        index[shape.name] = position
        mine = "true" if shape.traits.get("error") != "server" else "false"
        lines.append(f"    {{.name = {quote(shape.name)}, .code = {quote(error_code(shape))}, "
                     f".http_status = {error_status(shape)}, .senders_fault = {mine}}},")
    return "\n".join(lines + ["};", ""]), index


def render_paging(traits):
    fields = (("inputToken", "input_token"), ("outputToken", "output_token"), ("items", "items"), ("pageSize", "page_size"))
    parts = [f".{field} = {quote(traits[name])}" for name, field in fields if name in traits]
    return "{" + ", ".join(parts) + "}"


def render_operation(service, operation):
    name = snake(operation.name)
    part = lambda which: (f"&{tables_namespace(service.namespace)}::{operation.properties[which]}_type"
                          if which in operation.properties else "&prelude::unit")
    fields = [f".name = {quote(operation.name)}", f".input = {part('input')}", f".output = {part('output')}",
              f".slot = &{slots_namespace(service)}::{name}"]
    if operation.properties.get("errors"):
        fields.append(f".errors = {name}_errors")
    if "paginated" in operation.traits:
        fields.append(f".paging = {render_paging(operation.traits['paginated'])}")
    if "readonly" in operation.traits:
        fields.append(".read_only = true")
    if "http" in operation.traits:
        http = operation.traits["http"]
        fields += [f".http_method = {quote(http['method'])}", f".http_uri = {quote(http['uri'])}",
                   f".http_status = {http.get('code', 200)}"]
    return f"    {{{', '.join(fields)}}},"


def render_refusals(traits):
    parts = []
    for name in ("invalid", "malformed"):
        if name in traits:
            parts.append(f".{name} = {quote(traits[name])}")
    if "wording" in traits:
        parts.append(f".wording = Wording::{traits['wording']}")
    return "{" + ", ".join(parts) + "}"


def render_model(service):
    traits = service.shape.traits
    protocol = next(name for name in PROTOCOLS if name in traits)
    target = traits[protocol].get("target", "") if isinstance(traits[protocol], dict) else ""
    errors = "error_table" if service.errors else "{}"
    return "\n".join([
        "const ServiceModel model{",
        f"    .name = {quote(service.namespace)},",
        f"    .shape_name = {quote(service.shape.name)},",
        f"    .signing_name = {quote(traits['sigv4']['name'])},",
        f"    .endpoint = {quote(traits['endpointPrefix'])},",
        f"    .version = {quote(service.shape.properties['version'])},",
        f"    .target_prefix = {quote(target)},",
        f"    .xml_namespace = {quote(traits.get('xmlNamespace', {}).get('uri', ''))},",
        f"    .protocol = Protocol::{PROTOCOLS[protocol]},",
        f"    .refusals = {render_refusals(traits.get('refusals', {}))},",
        "    .operations = operation_table,",
        f"    .errors = {errors},",
        "};\n"])


def render_service(service, source):
    svc, namespace = service.namespace, namespace_of(service.namespace)
    errors, index = render_errors(service)
    lines = [f"// Generated by tools/smithyc from {source}; do not edit.",
             f'#include "api/{svc}_service.gen.h"', f'#include "api/{svc}_tables.gen.h"\n',
             f"namespace {slots_namespace(service)} {{\n"]
    lines += [f"extern const SlotOps {snake(operation.name)};" for operation in service.operations]
    lines += [f"\n}}  // namespace {slots_namespace(service)}\n", f"namespace {namespace} {{\n",
             "namespace {\n", errors]
    for operation in service.operations:
        names = sorted(operation.properties.get("errors", []))
        if names:
            refs = ", ".join(f"&error_table[{index[name]}]" for name in names)
            lines.append(f"constexpr const ErrorShape* {snake(operation.name)}_errors[] = {{{refs}}};")
    lines += ["", "constexpr roadstead::Operation operation_table[] = {"]
    lines += [render_operation(service, operation) for operation in service.operations]
    lines += ["};\n", render_model(service), "}  // namespace\n", "const ServiceModel& service() {", "  return model;", "}\n",
              f"}}  // namespace {namespace}"]
    return "\n".join(lines) + "\n"


def slots_namespace(service):
    return f"roadstead::{service.namespace}_slots"


def render_slots(service, operations, source):
    """One .cc with the code that calls the slots of `operations`."""
    svc, namespace = service.namespace, namespace_of(service.namespace)
    lines = [f"// Generated by tools/smithyc from {source}; do not edit.", f'#include "api/{svc}_service.gen.h"']
    lines += [f'#include "api/{svc}/{file_name(operation.name)}.gen.h"' for operation in operations]
    lines += [f"\nnamespace {slots_namespace(service)} {{\n"]
    for operation in operations:
        name = snake(operation.name)
        lines += [f"extern const SlotOps {name};",
                  f"constinit const SlotOps {name} = slot_ops<&{namespace}::Handlers::{name}>;"]
    lines += [f"\n}}  // namespace {slots_namespace(service)}"]
    return "\n".join(lines) + "\n"
