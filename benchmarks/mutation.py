"""Break the policy in every small way and see that a test notices.

    .venv/bin/python benchmarks/mutation.py [--list] [MODULE ...]

Each mutant changes one thing in a module of `hustings.policy`: a comparison, an `and`, a `not`, a constant, a returned
value, one condition left out. It is compiled into the running process and the unit tests of policy run until the first
that fails; a mutant that none notices survives. Survivors have to be named, with the reason, in SURVIVORS below;
exit code 1 when one is not. Equal mutants (those that change nothing that can be seen) are what should be there.
"""

import argparse
import ast
import copy
import importlib
import importlib.machinery
import itertools
import os
import signal
import sys
import time
from pathlib import Path

import pytest  # noqa: F401 - loaded once, before the processes part
from hypothesis import settings

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
MODULES = ["decide", "reader", "marking"]
TESTS = ["unit.test_policy_decide", "unit.test_policy_marking"]

LONGEST = 120  # seconds
# module:function:what -> why no test can tell
SURVIVORS: dict[str, str] = {}

FLIPS = {
    ast.Lt: [ast.LtE],
    ast.LtE: [ast.Lt],
    ast.Gt: [ast.GtE],
    ast.GtE: [ast.Gt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
SETS = {ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Sub: ast.BitOr}


def changes(node):
    """Each way to break one node: (what, replacement)."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in FLIPS.get(type(operator), []):
                changed = copy.deepcopy(node)
                changed.ops[place] = other()
                yield changed
    elif isinstance(node, ast.BoolOp):
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield changed
        for place in range(len(node.values)):
            left = [copy.deepcopy(value) for at, value in enumerate(node.values) if at != place]
            yield left[0] if len(left) == 1 else ast.BoolOp(op=node.op, values=left)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield copy.deepcopy(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in SETS:
        changed = copy.deepcopy(node)
        changed.op = SETS[type(node.op)]()
        yield changed
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
        yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)
    elif isinstance(node, ast.IfExp):
        yield copy.deepcopy(node.body)
        yield copy.deepcopy(node.orelse)
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(value=ast.Constant(None))
    elif isinstance(node, ast.If):
        yield ast.Pass()
        yield [copy.deepcopy(each) for each in node.body]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("all", "any", "max"):
        changed = copy.deepcopy(node)
        changed.func.id = {"all": "any", "any": "all", "max": "min"}[node.func.id]
        yield changed


def mutants(source):
    """Every mutant of a module: (function, line, what was, what is, code)."""
    tree = ast.parse(source)
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        for parent in ast.walk(function):
            for field, value in ast.iter_fields(parent):
                if field in ("returns", "annotation", "decorator_list", "args"):
                    continue
                nodes = value if isinstance(value, list) else [value]
                for place, node in enumerate(nodes):
                    if not isinstance(node, ast.AST) or isinstance(node, ast.FunctionDef):
                        continue
                    for change in changes(node):
                        if isinstance(value, list):
                            setattr(
                                parent,
                                field,
                                [
                                    *value[:place],
                                    *(change if isinstance(change, list) else [change]),
                                    *value[place + 1 :],
                                ],
                            )
                        elif isinstance(change, list):
                            continue
                        else:
                            setattr(parent, field, change)
                        text = change if not isinstance(change, list) else ast.Module(body=change, type_ignores=[])
                        try:
                            yield (
                                function.name,
                                node.lineno,
                                ast.unparse(node),
                                ast.unparse(text),
                                compile(ast.fix_missing_locations(tree), function.name, "exec"),
                            )
                        finally:
                            setattr(parent, field, value)


def notices(name, code, path):
    """Run the tests with the mutant in place of the module, in a process of its own; whether one of them failed."""
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST)  # a mutant that never ends is noticed too
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if code is not None:
            sys.meta_path.insert(0, Mutated(f"hustings.policy.{name}", code, path))
        try:
            for test in sorted(tests(), key=lambda test: hasattr(test[0], "hypothesis")):
                test[0](*test[1], **test[2])
        except BaseException:  # noqa: BLE001 - whatever fails notices
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status != 0


def tests():
    """Every test of the files, with each row of its tables; they ask for no fixture, so no runner is needed."""
    for file in TESTS:
        module = importlib.import_module(file)
        for name, function in vars(module).items():
            if not name.startswith("test_"):
                continue
            tables = [mark.args for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
            names = [each if isinstance(each, tuple | list) else each.split(",") for each, *_ in tables]
            for rows in itertools.product(*(list(rows) for _, rows, *_ in tables)):
                given = {}
                for keys, row in zip(names, rows, strict=True):
                    given |= dict(zip(keys, row if len(keys) > 1 else [row], strict=True))
                yield function, (), given


class Mutated:
    """Finds one module in its mutated form."""

    def __init__(self, name, code, path):
        self.name, self.code, self.path = name, code, path

    def find_spec(self, name, path=None, target=None):
        """The mutant, where its module is asked for."""
        if name != self.name:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=str(self.path))

    def create_module(self, spec):
        """An ordinary module."""

    def exec_module(self, module):
        """Run the mutant."""
        exec(self.code, module.__dict__)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--list", action="store_true", help="name the mutants and run nothing")
    options = parser.parse_args()
    settings.register_profile("mutation", max_examples=40, derandomize=True, database=None, deadline=None)
    settings.load_profile("mutation")
    assert not notices("", None, None), "the tests fail as it is"
    began, made, unexplained = time.monotonic(), 0, []
    for name in options.modules:
        path = ROOT / "src" / "hustings" / "policy" / f"{name}.py"
        for function, line, was, now, code in mutants(path.read_text()):
            made += 1
            key = f"{name}:{function}: {was} -> {now}".replace("\n", " ")
            if options.list:
                print(f"{path.name}:{line} {key}")
            elif not notices(name, code, path):
                reason = SURVIVORS.get(key)
                print(f"survived {path.name}:{line}\n    {key}\n    {reason or 'NOT EXPLAINED'}", flush=True)
                if reason is None:
                    unexplained.append(key)
    print(f"{made} mutants, {len(unexplained)} survived unexplained, {time.monotonic() - began:.0f} s")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
