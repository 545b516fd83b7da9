"""The three questions a segment asks of JSON and text, in the words of each database."""

from typing import Any

from sqlalchemy import Float, Integer, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement


class position(FunctionElement[int]):
    """The place of one text in another, 0 if it is not there."""

    inherit_cache = True
    type = Integer()

    def __init__(self, text: ColumnElement[Any], wanted: str) -> None:
        super().__init__(text, literal(wanted, String))


class attribute_text(FunctionElement[str]):
    """An attribute as text, whatever its type; NULL if absent."""

    inherit_cache = True
    type = String()

    def __init__(self, attributes: Any, name: str) -> None:
        super().__init__(attributes, literal(name, String))


class attribute_number(FunctionElement[float]):
    """An attribute that is a number; NULL if it is absent or none."""

    inherit_cache = True
    type = Float()

    def __init__(self, attributes: Any, name: str) -> None:
        super().__init__(attributes, literal(name, String))


def _two(element: FunctionElement[Any], compiler: Any, **options: Any) -> tuple[str, str]:
    first, second = list(element.clauses)
    return compiler.process(first, **options), compiler.process(second, **options)


@compiles(position)
def _position(element: position, compiler: Any, **options: Any) -> str:
    return "instr({}, {})".format(*_two(element, compiler, **options))


@compiles(position, "postgresql")
def _position_postgresql(element: position, compiler: Any, **options: Any) -> str:
    return "strpos({}, {})".format(*_two(element, compiler, **options))


@compiles(attribute_text)
def _text(element: attribute_text, compiler: Any, **options: Any) -> str:
    attributes, name = _two(element, compiler, **options)
    path = f"""('$."' || {name} || '"')"""
    kind, value = f"json_type({attributes}, {path})", f"json_extract({attributes}, {path})"
    # json_extract gives 1 and 0 for true and false.
    return f"CASE WHEN {kind} IN ('true', 'false') THEN {kind} ELSE CAST({value} AS TEXT) END"


@compiles(attribute_text, "postgresql")
def _text_postgresql(element: attribute_text, compiler: Any, **options: Any) -> str:
    attributes, name = _two(element, compiler, **options)
    return f"({attributes} ->> {name})"


@compiles(attribute_number)
def _number(element: attribute_number, compiler: Any, **options: Any) -> str:
    attributes, name = _two(element, compiler, **options)
    path = f"""('$."' || {name} || '"')"""
    kind = f"json_type({attributes}, {path})"
    return f"CASE WHEN {kind} IN ('integer', 'real') THEN json_extract({attributes}, {path}) END"


@compiles(attribute_number, "postgresql")
def _number_postgresql(element: attribute_number, compiler: Any, **options: Any) -> str:
    attributes, name = _two(element, compiler, **options)
    number = f"({attributes} ->> {name})::double precision"
    return f"CASE WHEN json_typeof({attributes} -> {name}) = 'number' THEN {number} END"
