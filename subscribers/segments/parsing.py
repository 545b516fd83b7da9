"""The text of a segment as a tree. Pure; an error points at the character where it is.

    topic:politics and lang:hy and joined<30d and not clicked:90d
    (tag:vip or tag:"early backer") attr.age>=30 domain:example.org,example.net

Conditions next to each other are joined by `and`, which binds closer than `or`. After a field stands one
of : = != ~ < <= > >= and a value: a bare word, a "quoted one", or several with commas (any of them).
"""

import re
from dataclasses import dataclass

from subscribers.problem import SubscribersError

LONGEST = 1_000
DEEPEST = 50
OPERATORS = ("!=", "<=", ">=", ":", "=", "~", "<", ">")
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_BARE = re.compile(r'[^\s()",]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


class SegmentError(SubscribersError):
    """The text is not a segment. `position` is the place of the first character that is wrong, from 0."""

    def __init__(self, text: str, position: int, reason: str, hint: str = "") -> None:
        found = text[position : position + 20].split("\n")[0]
        where = f"at character {position + 1} ({found!r})" if found else "at its end"
        super().__init__(f"The segment {text[:120]!r} is wrong {where}: {reason}", hint)
        self.text = text
        self.position = position
        self.reason = reason

    def pointed(self) -> str:
        """The text with a mark under the character."""
        return f"{self.text}\n{' ' * self.position}^"


@dataclass(frozen=True)
class Value:
    """A value and where it stands."""

    text: str
    position: int


@dataclass(frozen=True)
class Condition:
    """`field operator values`: any of the values will do."""

    field: str
    operator: str
    values: tuple[Value, ...]
    position: int


@dataclass(frozen=True)
class Not:
    """Everybody but those."""

    inner: "Tree"


@dataclass(frozen=True)
class All:
    """Those for whom every part is true."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class Any:
    """Those for whom one part is true."""

    parts: tuple["Tree", ...]


Tree = Condition | Not | All | Any


def parse(text: str) -> Tree:
    """The tree of a segment; SegmentError for anything else."""
    if len(text) > LONGEST:
        raise SegmentError(text, LONGEST, f"it is longer than {LONGEST} characters.")
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        tree = self._any()
        if self._at < len(self._text):
            raise self._error(
                "a closing bracket has no opening one." if self._next(")") else "nothing fits here."
            )
        return tree

    def _any(self) -> Tree:
        parts = [self._all()]
        while self._word("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self) -> Tree:
        parts = [self._one()]
        while True:
            said = self._word("and")
            self._skip()
            if not said and (self._at >= len(self._text) or self._next(")") or self._peek_word("or")):
                return parts[0] if len(parts) == 1 else All(tuple(parts))
            parts.append(self._one())

    def _one(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error(f"it is nested more than {DEEPEST} deep.")
        try:
            if self._word("not"):
                return Not(self._one())
            self._skip()
            if self._next("("):
                opened = self._at
                self._at += 1
                inner = self._any()
                self._skip()
                if not self._next(")"):
                    raise SegmentError(self._text, opened, "this bracket is never closed.")
                self._at += 1
                return inner
            return self._condition()
        finally:
            self._depth -= 1

    def _condition(self) -> Condition:
        self._skip()
        begin = self._at
        name = _NAME.match(self._text, self._at)
        if name is None or name.group().lower() in ("and", "or", "not"):
            raise self._error("a condition is missing, such as topic:politics.")
        self._at = name.end()
        self._skip()
        operator = next((op for op in OPERATORS if self._next(op)), None)
        if operator is None:
            raise self._error(f"after {name.group()!r} one of {' '.join(OPERATORS)} is missing.")
        self._at += len(operator)
        values = [self._value(name.group(), operator)]
        while self._next(","):
            self._at += 1
            values.append(self._value(name.group(), operator))
        return Condition(name.group().lower(), operator, tuple(values), begin)

    def _value(self, name: str, operator: str) -> Value:
        self._skip()
        begin = self._at
        if self._next('"'):
            quoted = _QUOTED.match(self._text, begin)
            if quoted is None:
                raise self._error("this quotation mark is never closed.")
            self._at = quoted.end()
            return Value(re.sub(r"\\(.)", r"\1", quoted.group(1)), begin)
        bare = _BARE.match(self._text, begin)
        if bare is None:
            raise self._error(f"after {name}{operator} a value is missing.")
        self._at = bare.end()
        return Value(bare.group(), begin)

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _next(self, sign: str) -> bool:
        return self._text.startswith(sign, self._at)

    def _peek_word(self, word: str) -> bool:
        found = _NAME.match(self._text, self._at)
        return found is not None and found.group().lower() == word

    def _word(self, word: str) -> bool:
        self._skip()
        if not self._peek_word(word):
            return False
        self._at += len(word)
        return True

    def _error(self, reason: str) -> SegmentError:
        return SegmentError(self._text, self._at, reason)
