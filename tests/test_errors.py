"""The tree in the docstring is the tree of the classes."""

import inspect
import re

from transcript2handoff import errors
from transcript2handoff.errors import HandoffError

ROW = re.compile(r"^(?P<branch>[ │├└─]*)(?P<name>[A-Z]\w+)(?: +(?P<code>\d+))?(?:  .*)?$")


def drawn() -> dict[str, tuple[str | None, int]]:
    """Every class of the docstring's tree with its parent and its exit code."""
    tree: dict[str, tuple[str | None, int]] = {}
    path: list[str] = []
    for line in inspect.cleandoc(errors.__doc__ or "").split("::", 1)[1].splitlines():
        row = ROW.match(line.removeprefix("    "))
        if not row or not line.strip():
            continue
        depth = len(row["branch"]) // 4
        path[depth:] = [row["name"]]
        parent = path[depth - 1] if depth else None
        inherited = tree[parent][1] if parent else 1
        tree[row["name"]] = (parent, int(row["code"] or inherited))
    return tree


def defined() -> dict[str, tuple[str | None, int]]:
    return {
        name: (None if kind is HandoffError else kind.__base__.__name__, kind.exit_code)
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, HandoffError)
    }


def test_the_drawn_tree_is_the_real_one():
    assert drawn() == defined()
    assert len(drawn()) > 10


def test_everything_in_the_module_belongs_to_the_tree():
    own = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    assert [kind for kind in own if not issubclass(kind, HandoffError)] == []


def test_each_branch_has_an_exit_code_of_its_own():
    branches = HandoffError.__subclasses__()
    codes = [branch.exit_code for branch in branches]
    assert len(set(codes)) == len(codes)
    assert not {0, 1, 2} & set(codes), "0 is success, 1 a crash, 2 wrong use of the command line"


def test_every_error_says_what_it_means():
    for kind in [HandoffError, *HandoffError.__subclasses__()]:
        assert kind.__doc__
        assert kind.__doc__.endswith(".")
