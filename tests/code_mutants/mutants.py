"""The mutants of a module: the operators of mutmut, and two of our own, at every place where code is.

mutmut itself changes functions only, and none that is decorated; here the expressions of a module count too, for the
rules of a row are such. What people read (a text of several words) is not changed, nor are types and decorators.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators

Operator = Callable[[Any], Iterator[cst.CSTNode]]


@dataclass(frozen=True)
class CodeMutant:
    """A module changed at one place.

    Attributes:
        module: Its dotted name.
        function: The function or class that holds the place, with dots; empty outside of any.
        old: The lines that were changed, as one.
        new: What they were changed into.
        source: The whole module, changed.
    """

    module: str
    function: str
    old: str
    new: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.module, self.function, self.old, self.new


def mutants(module: str, source: str) -> Iterator[CodeMutant]:
    """Every mutant of a module, in the order of its lines."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    places, spans = _Places(), wrapper.resolve(WhitespaceInclusivePositionProvider)
    wrapper.module.visit(places)
    starts = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
    told = set()
    for function, node, new in places.found:
        if isinstance(node, cst.Match):  # its code alone has lost its indentation
            changed = wrapper.module.deep_replace(node, new).code
        else:
            start, end = (starts[at.line - 1] + at.column for at in (spans[node].start, spans[node].end))
            changed = source[:start] + wrapper.module.code_for_node(new) + source[end:]
        mutant = CodeMutant(module, function, *_changed_lines(source, changed), changed)
        if mutant.key not in told and mutant.old != mutant.new and not _is_false_for_false(mutant):
            told.add(mutant.key)
            yield mutant


def negated(node: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    """A condition turned about; mutmut changes only its operators."""
    yield cst.UnaryOperation(
        cst.Not(),
        node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]),
        [cst.LeftParen()],
        [cst.RightParen()],
    )


PATTERN = re.compile(r"[|\\^$\[]|\(\?")
SIGN = re.compile(r"[^\x00-\xff]|(?<!\()[?+*^$]")


def sign_left_out(node: cst.SimpleString | cst.FormattedStringText) -> Iterator[cst.CSTNode]:
    """Each ideograph and each quantifier or anchor of a pattern left out."""
    if PATTERN.search(node.value):
        for sign in SIGN.finditer(node.value):
            yield node.with_changes(value=node.value[: sign.start()] + node.value[sign.end() :])


OPERATORS: list[tuple[Any, Operator]] = [
    *mutation_operators,
    ((cst.SimpleString, cst.FormattedStringText), sign_left_out),
]
CONDITIONAL = (cst.If, cst.While, cst.CompIf, cst.Assert)
NEGATED_BY_MUTMUT = (cst.Comparison, cst.UnaryOperation)
WORDS = re.compile(r"[a-zA-Z][,.;:]? +[a-zA-Z{]|^ *[a-z]{2,}[,:]? $|^[,:;]? [a-z]{2,} ")
LEFT_ALONE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.TypeAlias)


class _Places(cst.CSTVisitor):
    """Finds each place and what it may be changed into."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, cst.CSTNode, cst.CSTNode]] = []
        self._names: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_ALONE) or _is_prose(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                self._enter(node, operator)
        if isinstance(node, CONDITIONAL) and not isinstance(node.test, NEGATED_BY_MUTMUT):
            self._enter(node.test, negated)
        return True

    def _enter(self, node: Any, operator: Operator) -> None:
        self.found += [(".".join(self._names), node, new) for new in operator(node)]

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()


def _is_prose(node: cst.CSTNode) -> bool:
    """A text that stands alone (a docstring) or has several words."""
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString):
        return True
    return isinstance(node, cst.SimpleString | cst.FormattedStringText) and bool(WORDS.search(node.value))


def _is_false_for_false(mutant: CodeMutant) -> bool:
    """Whether an argument False becomes None, which nothing can tell from it."""
    return mutant.old == re.sub(r"=None\b", "=False", mutant.new)


def _changed_lines(old: str, new: str) -> tuple[str, str]:
    """The lines where two texts differ, each side as one line."""
    a, b = old.splitlines(), new.splitlines()
    head = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[head:], b[head:]
    while a and b and a[-1] == b[-1]:
        del a[-1], b[-1]
    return " ".join(line.strip() for line in a), " ".join(line.strip() for line in b)
