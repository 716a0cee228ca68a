"""What is wrong with a company's own template, and in which line, in words for who wrote it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from traceback import walk_tb
from typing import Final

from jinja2 import Environment, TemplateError, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables

from transcript2handoff.errors import TemplateFileError

_FAILURES: Final = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)
"""How a template that compiles can still fail on what it is given."""

_OBJECT: Final = re.compile(r"'transcript2handoff\.[\w.]*\b(\w+) object'")
"""How Jinja names a record of ours; its last word says enough."""
_TAKING: Final = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)


@contextmanager
def naming_the_fault(own: Mapping[str, str], *, where: str) -> Iterator[None]:
    """Turn the failure of an own template into words. A failure of ours stays what it is: a bug.

    Args:
        own: the own templates by name.
        where: their folder, with which the file names of the loader begin.

    Raises:
        TemplateFileError: an own template failed below; the message names file and line.
    """
    try:
        yield
    except TemplateSyntaxError as error:
        if error.name not in own:
            raise
        raise _fault(f"{where}/{error.name}", error.lineno, error) from error
    except _FAILURES as error:
        ours = {f"{where}/{name}" for name in own}
        steps = ((frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__))
        place = [step for step in steps if step[0] in ours]
        if not place:
            raise
        raise _fault(*place[-1], error) from error


def check_own(environment: Environment, own: Mapping[str, str], *, where: str) -> None:
    """Compile own templates, and look up every name and every template that they use.

    Raises:
        TemplateFileError: something is wrong; the message names file, line and what.
    """
    for name, source in own.items():
        with naming_the_fault(own, where=where):
            environment.compile(source, name=name, filename=f"{where}/{name}")
            tree = environment.parse(source, name=name)
        for finder in (_unknown_names, _unknown_filters, _missing):
            for line, fault in finder(environment, tree):
                raise _fault(f"{where}/{name}", line, fault)


def _unknown_names(environment: Environment, tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Names that the template does not set itself and that no template of ours knows."""
    known = _known_names(environment) | set(environment.globals)
    unknown = find_undeclared_variables(tree) - known
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            yield name.lineno, f"{name.name!r} is undefined{_nearest(name.name, known)}"


def _unknown_filters(environment: Environment, tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Filters and tests within an ``if``, which Jinja looks up only when it gets there."""
    for node in tree.find_all(nodes.Filter):
        if node.name not in environment.filters:
            near = _nearest(node.name, environment.filters)
            yield node.lineno, f"there is no filter {node.name!r}{near}"
    for test in tree.find_all(nodes.Test):
        if test.name not in environment.tests:
            near = _nearest(test.name, environment.tests)
            yield test.lineno, f"there is no test {test.name!r}{near}"


def _known_names(environment: Environment) -> frozenset[str]:
    """Whatever our templates are given, or give to those that they take in."""
    assert environment.loader is not None
    trees = (
        environment.parse(environment.loader.get_source(environment, name)[0])
        for name in environment.list_templates()
        if name.startswith("ours/") and name.endswith(".jinja")
    )
    return frozenset(name.name for tree in trees for name in tree.find_all(nodes.Name))


def _missing(environment: Environment, tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Templates that are taken in by name and do not exist."""
    for taking in tree.find_all(nodes.Stmt):
        if not isinstance(taking, _TAKING):
            continue
        wanted = taking.template
        optional = isinstance(taking, nodes.Include) and taking.ignore_missing
        if isinstance(wanted, nodes.Const) and not optional:
            there = environment.list_templates()
            if wanted.value not in there:
                yield taking.lineno, _no_template(str(wanted.value), there)


def _no_template(name: str, there: list[str]) -> str:
    return f"there is no template {name!r}{_nearest(name, there)}"


def _nearest(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, sorted(known), n=1)
    return f"; is {close[0]!r} meant?" if close else ""


def _fault(file: str, line: int, what: Exception | str) -> TemplateFileError:
    told = _told(what)
    return TemplateFileError(f"{file}, line {line}: {told}{'' if told[-1] in '.?' else '.'}")


def _told(what: Exception | str) -> str:
    match what:
        case RecursionError():
            return "it takes itself in without end"
        case TemplateNotFound(name=name):
            return f"there is no template {name!r}"
        case SecurityError(message=str(message)) if message.endswith("callable"):
            # Jinja shows the address of what was called.
            return "templates call nothing but functions of Jinja; use a filter"
        case TemplateError(message=str(message)):
            return _OBJECT.sub(r"\1", message)
        case _:
            return str(what)
