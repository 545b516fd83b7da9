"""A segment's tree as a condition in SQL: every field typed, every value bound, never pasted."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any as AnyType

from sqlalchemy import Exists, Text, and_, cast, false, func, not_, or_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from subscribers.engagement import CLICK, OPEN, WHEN, engaged
from subscribers.segments.json_sql import attribute_number, attribute_text, position
from subscribers.segments.parsing import All, Any, Condition, Not, SegmentError, Tree, Value, parse
from subscribers.tables import Subscriber, Subscription, SubscriptionState

Column = InstrumentedAttribute[AnyType]
_SPAN = re.compile(r"(\d{1,5})([hdwmy])").fullmatch
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "m": timedelta(days=30),
          "y": timedelta(days=365)}  # fmt: skip
_SAME = (":", "=")
_ATTRIBUTE = re.compile(r"attr\.([\w-]{1,64})").fullmatch


def segment(text: str, *, now: datetime) -> ColumnElement[bool]:
    """The condition over Subscriber and Subscription that a segment means at `now`.

    SegmentError, which points at the character, for what is no segment or cannot be compared so.
    """
    return _Compiler(text, now).tree(parse(text))


class _Compiler:
    def __init__(self, text: str, now: datetime) -> None:
        self._text = text
        self._now = now

    def tree(self, tree: Tree) -> ColumnElement[bool]:
        if isinstance(tree, Not):
            return _without(self.tree(tree.inner))
        if isinstance(tree, All):
            return and_(*map(self.tree, tree.parts))
        if isinstance(tree, Any):
            return or_(*map(self.tree, tree.parts))
        return self._condition(tree)

    def _condition(self, condition: Condition) -> ColumnElement[bool]:
        make = _FIELDS.get(condition.field)
        if make is None:
            attribute = _ATTRIBUTE(condition.field)
            if attribute is None:
                raise SegmentError(
                    self._text,
                    condition.position,
                    f"there is no field {condition.field!r}.",
                    f"Fields: {', '.join(_FIELDS)}, attr.NAME.",
                )
            make = _attribute(attribute.group(1))
        if condition.operator == "!=":
            same = Condition(condition.field, "=", condition.values, condition.position)
            return _without(self._condition(same))
        return or_(*(make(self, condition, value) for value in condition.values))

    def only(self, condition: Condition, operators: tuple[str, ...]) -> None:
        """SegmentError unless the operator is one of these."""
        if condition.operator not in operators:
            raise SegmentError(
                self._text,
                condition.position + len(condition.field),
                f"{condition.field} cannot be compared with {condition.operator}",
                f"Write one of {' '.join((*operators, '!='))}.",
            )

    def wrong(self, value: Value, reason: str) -> SegmentError:
        """An error at a value."""
        return SegmentError(self._text, value.position, reason)

    def moment(
        self, condition: Condition, value: Value, column: Column | ColumnElement[AnyType]
    ) -> ColumnElement[bool]:
        """`<30d`: less than 30 days ago; `<2024-01-31`: before that day; `:` is within, or on the day."""
        if span := _SPAN(value.text.lower()):
            since = self._now - int(span.group(1)) * _UNITS[span.group(2)]
            self.only(condition, (":", "<", "<=", ">", ">="))
            return column <= since if condition.operator.startswith(">") else column >= since
        try:
            day = datetime.fromisoformat(value.text)
        except ValueError:
            raise self.wrong(
                value, f"{value.text!r} is neither a span as 30d, 12h, 4w, 6m, 1y nor a date."
            ) from None
        day = day.replace(tzinfo=UTC) if day.tzinfo is None else day
        after = day + timedelta(days=1)
        self.only(condition, (":", "=", "<", "<=", ">", ">="))
        return {
            ":": and_(column >= day, column < after),
            "=": and_(column >= day, column < after),
            "<": column < day,
            "<=": column < after,
            ">": column >= after,
            ">=": column >= day,
        }[condition.operator]

    @property
    def now(self) -> datetime:
        return self._now


def _without(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Not: a person of whom a thing is not known is not one of whom it is true."""
    if isinstance(condition, Exists):
        return not_(condition)  # is never unknown, and said so PostgreSQL can look it up for all at once
    return not_(func.coalesce(condition, false()))


Make = Callable[[_Compiler, Condition, Value], ColumnElement[bool]]


def _set(column: Column) -> Make:
    def make(compiler: _Compiler, condition: Condition, value: Value) -> ColumnElement[bool]:
        compiler.only(condition, _SAME)
        # The list is JSON text without white space inside a string, and a tag holds no quotation mark.
        return position(cast(column, Text), json.dumps(value.text)) > 0

    return make


def _words(column: Column) -> Make:
    def make(compiler: _Compiler, condition: Condition, value: Value) -> ColumnElement[bool]:
        compiler.only(condition, (*_SAME, "~"))
        lowered = func.lower(column)
        wanted = value.text.lower()
        return position(lowered, wanted) > 0 if condition.operator == "~" else lowered == wanted

    return make


def _language(compiler: _Compiler, condition: Condition, value: Value) -> ColumnElement[bool]:
    compiler.only(condition, _SAME)
    code = value.text.replace("_", "-")
    return or_(Subscriber.language == code, Subscriber.language.like(f"{code.replace('%', '')}-%"))


def _one_of(column: Column, values: tuple[str, ...]) -> Make:
    def make(compiler: _Compiler, condition: Condition, value: Value) -> ColumnElement[bool]:
        compiler.only(condition, _SAME)
        if value.text not in values:
            raise compiler.wrong(value, f"{condition.field} is one of {', '.join(values)}.")
        return column == value.text

    return make


def _domain(compiler: _Compiler, condition: Condition, value: Value) -> ColumnElement[bool]:
    compiler.only(condition, _SAME)
    wanted = "@" + value.text.lower().lstrip("@")
    return func.substr(Subscriber.email, func.length(Subscriber.email) - len(wanted) + 1) == wanted


def _moment(column: Column) -> Make:
    return lambda compiler, condition, value: compiler.moment(condition, value, column)


def _activity(kind: str) -> Make:
    def make(compiler: _Compiler, condition: Condition, value: Value) -> ColumnElement[bool]:
        compiler.only(condition, (":", "<", "<="))
        if not _SPAN(value.text.lower()):
            raise compiler.wrong(value, f"{value.text!r} is not a span as 30d, 12h, 4w, 6m or 1y.")
        return engaged(compiler.moment(condition, value, WHEN), kind)

    return make


def _attribute(name: str) -> Make:
    def make(compiler: _Compiler, condition: Condition, value: Value) -> ColumnElement[bool]:
        compiler.only(condition, (*_SAME, "~", "<", "<=", ">", ">="))
        if condition.operator in _SAME:
            return attribute_text(Subscriber.attributes, name) == value.text
        if condition.operator == "~":
            return position(func.lower(attribute_text(Subscriber.attributes, name)), value.text.lower()) > 0
        try:
            wanted = float(value.text)
        except ValueError:
            raise compiler.wrong(value, f"{value.text!r} is not a number.") from None
        return attribute_number(Subscriber.attributes, name).op(condition.operator, is_comparison=True)(
            wanted
        )

    return make


_FIELDS: dict[str, Make] = {
    "topic": _set(Subscriber.topics),
    "tag": _set(Subscriber.tags),
    "lang": _language,
    "tz": _words(Subscriber.timezone),
    "name": _words(Subscriber.name),
    "email": _words(Subscriber.email),
    "domain": _domain,
    "state": _one_of(Subscription.state, tuple(SubscriptionState)),
    "frequency": _one_of(Subscription.frequency, ("weekly", "monthly")),
    "joined": _moment(Subscription.requested_at),
    "confirmed": _moment(Subscription.confirmed_at),
    "changed": _moment(Subscription.changed_at),
    "clicked": _activity(CLICK),
    "opened": _activity(OPEN),
}
