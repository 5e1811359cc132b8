"""Compares what smithyc writes for small definitions with golden/*.golden, and its complaints with what they should be.

    golden_test.py             # exits with 1 and a diff when they differ
    golden_test.py --refresh   # writes the golden files anew; read the diff before you commit it
"""
import difflib
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
RUNS = {
    "harbour": ["service", "--parts", "2", "--patches", "golden/patches.smithy", "golden/harbour.smithy"],
    "log_book": ["rows", "golden/log_book.smithy", "golden/harbour.smithy"],
}
HEAD = 'namespace x\n@awsJson1_1(target: "X") @sigv4(name: "x") @endpointPrefix("x")\n'
SERVICE = HEAD + 'service X { version: "1", operations: [A] }\noperation A { input: I }\n'
COMPLAINTS = [
    ("service", SERVICE + "structure I { a: Nowhere }", "there is no shape x#Nowhere"),
    ("service", SERVICE + "structure I { a: String\n a: String }", "t.smithy:6: member 'a' appears twice in I"),
    ("service", SERVICE + "structure I { a: I }", "recursive shapes have no C++ form yet"),
    ("service", SERVICE + "structure I { a; }", "t.smithy:5: unexpected character ';'"),
    ("service", SERVICE + "structure I { a: String", "t.smithy:5: expected a name"),
    ("service", SERVICE + "structure I { a: L } list L { member: Boolean }", "a list of Booleans has no C++ form"),
    ("service", "namespace x\nstructure I {}", "must have exactly one service"),
    ("rows", 'namespace x\n@table("t", key: ["a"])\nstructure R { a: String }', "x#R$a needs @id(n)"),
    ("rows", 'namespace x\n@table("t", key: ["a"])\nstructure R { @id(1) @required a: String\n@id(1) b: String }',
     "b and a have the same @id(1)"),
    ("rows", 'namespace x\n@table("t", key: ["b"])\nstructure R { @id(1) @required a: String }',
     "the key or index member 'b' does not exist"),
    ("rows", 'namespace x\n@table("t", key: ["a"])\n@index("i", ["a"], { b: "X" })\nstructure R { @id(1) @required a: String }',
     "the key or index member 'b' does not exist"),
    ("rows", 'namespace x\n@table("t", key: ["a"])\n@index("i", ["a"], { a: "X" })\nstructure R { @id(1) @required a: String }',
     "no index can leave out what has the a 'X'"),
    ("rows", 'namespace x\n@table("t", key: ["a"])\nstructure R { @id(1) a: String }', "must be @required"),
]


def run(arguments, out, cwd=HERE):
    what, *rest = arguments
    return subprocess.run([sys.executable, str(HERE / "main.py"), what, "--out", out, *rest], cwd=cwd,
                          capture_output=True, text=True)


def written(arguments):
    """Everything that a run writes, as one text."""
    with tempfile.TemporaryDirectory() as out:
        done = run(arguments, out)
        if done.returncode != 0:
            sys.exit(done.stderr)
        files = sorted(p for p in pathlib.Path(out).rglob("*") if p.is_file())
        return "".join(f"==== {p.relative_to(out)} ====\n{p.read_text()}" for p in files)


def complaint_failures():
    for what, source, expected in COMPLAINTS:
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "t.smithy").write_text(source)
            done = run([what, "t.smithy"], folder + "/out", cwd=folder)
            if done.returncode != 1 or expected not in done.stderr:
                yield f"for\n{source}\nexpected: {expected}\ngot ({done.returncode}): {done.stderr}\n"


def main():
    failures = list(complaint_failures())
    for name, arguments in RUNS.items():
        path, text = GOLDEN / f"{name}.golden", written(arguments)
        if "--refresh" in sys.argv:
            path.write_text(text)
        known = path.read_text() if path.exists() else ""
        if known != text:
            failures.append("\n".join(difflib.unified_diff(known.splitlines(), text.splitlines(), path.name, "now", lineterm="")))
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
