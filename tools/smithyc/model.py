"""A set of parsed files as one model: look-up, closures, order, and the C++ type of a member."""
import pathlib

from names import namespace_of
from smithy import PRELUDE, IdlError, Shape, parse_file

CPP_SIMPLE = {"string": "std::string", "integer": "std::int32_t", "short": "std::int32_t", "byte": "std::int32_t",
              "long": "std::int64_t", "float": "double", "double": "double", "boolean": "bool", "timestamp": "Instant",
              "blob": "std::string", "document": "std::string"}


class Model:
    def __init__(self, paths):
        self.shapes = {f"smithy.api#{name}": Shape("smithy.api", name, kind, {}) for name, kind in PRELUDE.items()}
        self.own = []  # of the first file, in its order
        applied = []
        for index, path in enumerate(paths):
            shapes, applies = parse_file(pathlib.Path(path))
            applied += applies
            for shape in shapes:
                if shape.id in self.shapes:
                    raise IdlError(f"{path}: {shape.id} is defined twice")
                self.shapes[shape.id] = shape
                if index == 0:
                    self.own.append(shape)
        for shape in self.shapes.values():
            for member in shape.members:
                member.target = self.resolve(member.target)
        for target, traits in applied:
            self.apply(target, traits)

    def resolve(self, shape_id):
        """A name that its own namespace does not define is one of Smithy's own: logs#Timestamp is not Timestamp."""
        fallback = f"smithy.api#{shape_id.partition('#')[2]}"
        return fallback if shape_id not in self.shapes and fallback in self.shapes else shape_id

    def apply(self, target, traits):
        shape_id, _, member = target.partition("$")
        if shape_id not in self.shapes:
            return  # a patch for a service that is not part of this run
        place = self.shapes[shape_id].member(member) if member else self.shapes[shape_id]
        if place is None:
            raise IdlError(f"apply: there is no {target}")
        traits = dict(traits)
        if "retarget" in traits:
            place.target = self.resolve(traits.pop("retarget"))
        place.traits.update(traits)

    def __getitem__(self, shape_id):
        if shape_id not in self.shapes:
            raise IdlError(f"there is no shape {shape_id}")
        return self.shapes[shape_id]

    def closure(self, roots):
        """The ids of all shapes that `roots` reach through members, `roots` included."""
        seen, todo = set(), list(roots)
        while todo:
            shape_id = todo.pop()
            if shape_id in seen:
                continue
            seen.add(shape_id)
            shape = self[shape_id]
            if shape.kind != "enum":
                todo += [m.target for m in shape.members]
        return seen

    def by_value(self, shape_id):
        """The structures that must be complete before the C++ type of `shape_id` can be a member."""
        shape = self[shape_id]
        if shape.kind in ("structure", "union"):
            return [shape_id]
        if shape.kind in ("list", "map"):
            return self.by_value(shape.members[-1].target)
        return []

    def ordered(self, structures):
        """`structures` so that each comes after those it holds; refuses shapes that hold themselves."""
        out, state = [], {}

        def visit(shape_id, path):
            if state.get(shape_id) == "done" or shape_id not in structures:
                return
            if state.get(shape_id) == "open":
                raise IdlError(f"{' -> '.join(path + [shape_id])}: recursive shapes have no C++ form yet")
            state[shape_id] = "open"
            for member in self[shape_id].members:
                for held in self.by_value(member.target):
                    visit(held, path + [shape_id])
            state[shape_id] = "done"
            out.append(shape_id)

        for shape_id in sorted(structures):
            visit(shape_id, [])
        return out

    def cpp_type(self, shape_id, home):
        """The C++ type of a value of `shape_id`, written from inside the C++ namespace of `home`.

        Without `home` names are qualified in full.
        """
        shape = self[shape_id]
        if shape.kind in CPP_SIMPLE:
            return CPP_SIMPLE[shape.kind]
        if shape.kind == "list":
            element = self.cpp_type(shape.members[0].target, home)
            if element == "bool":
                raise IdlError(f"{shape_id}: a list of Booleans has no C++ form")
            return f"std::vector<{element}>"
        if shape.kind == "map":
            return f"std::map<std::string, {self.cpp_type(shape.members[1].target, home)}>"
        if shape.namespace == home:
            return shape.name
        full = f"{namespace_of(shape.namespace)}::{shape.name}"
        return full.removeprefix("roadstead::") if home else full


class Service:
    """One service: its operations and what they reach."""

    def __init__(self, model):
        self.model = model
        services = [s for s in model.own if s.kind == "service"]
        if len(services) != 1:
            raise IdlError("a file of shapes must have exactly one service")
        self.shape = services[0]
        self.namespace = self.shape.namespace
        self.operations = [model[f"{self.namespace}#{name}"] for name in sorted(self.shape.properties["operations"])]
        self.inputs = self.reach("input")
        self.outputs = self.reach("output")
        self.reached = self.inputs | self.outputs
        errors = {f"{self.namespace}#{name}" for o in self.operations for name in o.properties.get("errors", [])}
        self.errors = [model[shape_id] for shape_id in sorted(errors)]

    def reach(self, part):
        return self.model.closure(f"{self.namespace}#{o.properties[part]}" for o in self.operations
                                  if part in o.properties)

    def structures(self):
        return self.model.ordered({s for s in self.reached if self.model[s].kind in ("structure", "union")})

    def enumerations(self):
        return [self.model[s] for s in sorted(self.reached) if self.model[s].kind == "enum"]

    def is_plain(self, shape, member):
        """Whether the C++ member is a value: required, in something a client sends."""
        return "required" in member.traits and shape.id in self.inputs and shape.kind == "structure"
