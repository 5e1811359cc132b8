"""Reads a subset of Smithy 2.0: namespaces, shapes, traits with literal values, `apply`. Reports file and line."""
import json
import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"""
    (?P<space>[\s,]+|//[^\n]*)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_.]*(?:\#[A-Za-z_]\w*)?(?:\$\w+)?)
  | (?P<mark>[{}()\[\]:=@$])
""", re.X)

SIMPLE = {"string", "integer", "long", "float", "double", "boolean", "timestamp", "blob", "document", "short", "byte"}
PRELUDE = {"String": "string", "Integer": "integer", "Long": "long", "Float": "float", "Double": "double",
           "Boolean": "boolean", "Timestamp": "timestamp", "Blob": "blob", "Document": "document", "Short": "integer",
           "Byte": "integer", "PrimitiveInteger": "integer", "PrimitiveLong": "long", "PrimitiveBoolean": "boolean"}


class IdlError(Exception):
    """A mistake in an .smithy file; the text begins with file:line."""


@dataclass
class Member:
    name: str
    target: str  # absolute: "ecs#Tag"; "" in enumerations
    traits: dict
    default: object = None
    value: str = ""  # the wire value of an enumerator


@dataclass
class Shape:
    namespace: str
    name: str
    kind: str  # a simple type, or structure union list map enum operation service
    traits: dict
    members: list = field(default_factory=list)
    properties: dict = field(default_factory=dict)  # of operations and services

    @property
    def id(self):
        return f"{self.namespace}#{self.name}"

    def member(self, name):
        return next((m for m in self.members if m.name == name), None)


class Parser:
    def __init__(self, path, text):
        self.path, self.text, self.tokens, self.at = path, text, [], 0
        self.namespace = ""
        self.tokenize()

    def tokenize(self):
        position = 0
        while position < len(self.text):
            match = TOKEN.match(self.text, position)
            if not match:
                self.fail(f"unexpected character {self.text[position]!r}", position)
            if match.lastgroup != "space":
                self.tokens.append((match.lastgroup, match.group(), position))
            position = match.end()
        self.tokens.append(("end", "", position))

    def fail(self, what, position=None):
        if position is None:
            position = self.tokens[self.at][2]
        raise IdlError(f"{self.path}:{self.text.count(chr(10), 0, position) + 1}: {what}")

    def peek(self):
        return self.tokens[self.at][1]

    def kind(self):
        return self.tokens[self.at][0]

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1][1]

    def expect(self, text):
        if self.peek() != text or self.kind() == "string":
            self.fail(f"expected {text!r}, found {self.peek()!r}")
        return self.next()

    def word(self):
        if self.kind() != "word":
            self.fail(f"expected a name, found {self.peek()!r}")
        return self.next()

    def absolute(self, name):
        return name if "#" in name else f"{self.namespace}#{name}"

    def node(self):
        """A literal: string, number, true, false, [list], {object} or a bare name."""
        kind, text, _ = self.tokens[self.at]
        if kind == "string":
            self.next()
            return json.loads(text.replace("\n", "\\n"))
        if kind == "number":
            self.next()
            return float(text) if re.search(r"[.eE]", text) else int(text)
        if text == "[":
            return self.node_list()
        if text == "{":
            self.next()
            out = self.pairs("}")
            return out
        name = self.word()
        return {"true": True, "false": False, "null": None}.get(name, name)

    def node_list(self):
        self.expect("[")
        out = []
        while self.peek() != "]":
            out.append(self.node())
        self.next()
        return out

    def pairs(self, end):
        out = {}
        while self.peek() != end:
            key = json.loads(self.next()) if self.kind() == "string" else self.word()
            self.expect(":")
            out[key] = self.node()
        self.next()
        return out

    def traits(self):
        """The traits before a shape or member. `@index("a", [..])` may repeat: its values are collected in a list."""
        out = {}
        while self.peek() == "@" and self.kind() == "mark":
            self.next()
            name = self.word()
            value = self.trait_value()
            if name == "index":
                out.setdefault("index", []).append(value)
            else:
                out[name] = value
        return out

    def trait_value(self):
        if self.peek() != "(":
            return True
        self.next()
        positional, named = [], {}
        while self.peek() != ")":
            if self.kind() in ("word", "string") and self.tokens[self.at + 1][1] == ":":
                key = json.loads(self.next()) if self.kind() == "string" else self.word()
                self.next()
                named[key] = self.node()
            else:
                positional.append(self.node())
        self.next()
        if named:
            if positional:
                named["name"] = positional[0]
            return named
        return positional[0] if len(positional) == 1 else positional

    def parse(self):
        shapes, applied = [], []
        while self.kind() != "end":
            if self.peek() == "$":
                self.next(), self.word(), self.expect(":"), self.node()
                continue
            if self.peek() == "apply":
                self.next()
                target = self.word()
                applied.append((self.absolute(target), self.traits()))
                continue
            if self.peek() == "namespace":
                self.next()
                self.namespace = self.word()
                continue
            if self.peek() == "use":
                self.next(), self.word()
                continue
            shapes.append(self.shape(self.traits()))
        return shapes, applied

    def shape(self, traits):
        kind = self.word()
        name = self.word()
        shape = Shape(self.namespace, name, kind, traits)
        if kind in SIMPLE:
            return shape
        self.expect("{")
        if kind in ("structure", "union", "list", "map"):
            self.members(shape)
        elif kind == "enum":
            self.enumerators(shape)
        elif kind in ("operation", "service"):
            shape.properties = self.pairs("}")
        else:
            self.fail(f"unknown kind of shape {kind!r}")
        return shape

    def members(self, shape):
        while self.peek() != "}":
            traits = self.traits()
            name = self.word()
            self.expect(":")
            member = Member(name, self.absolute(self.word()), traits)
            if self.peek() == "=":
                self.next()
                member.default = self.node()
            if shape.member(name):
                self.fail(f"member {name!r} appears twice in {shape.name}")
            shape.members.append(member)
        self.next()

    def enumerators(self, shape):
        while self.peek() != "}":
            traits = self.traits()
            name = self.word()
            value = name
            if self.peek() == "=":
                self.next()
                value = self.node()
            shape.members.append(Member(name, "", traits, value=value))
        self.next()


def parse_file(path):
    """The shapes of one file and what it applies to shapes: ([Shape], [(target, traits)])."""
    return Parser(path, path.read_text()).parse()
