"""The kinds of text that the API takes; their patterns stand in its description, so that both say the same."""

from typing import Annotated

from pydantic import Field

LARGEST_ID = 2_147_483_647

Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=500)]
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]
"""One line of text."""
Sentence = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=300)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", examples=["weekly"])]
"""The short name of a list or newsletter."""
Tag = Annotated[str, Field(pattern=r'^[^\s"\\,;|\x00-\x1f]+$', max_length=64, examples=["politics"])]
"""A tag or topic."""
Language = Annotated[
    str, Field(pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$", max_length=12, examples=["hy"])
]
Email = Annotated[
    str,
    Field(min_length=3, max_length=254, json_schema_extra={"format": "email"}, examples=["ani@example.org"]),
]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Number = Annotated[int, Field(ge=1, le=999_999_999)]
Limit = Annotated[int, Field(ge=1, le=200, description="At most so many.")]
Cursor = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{1,10}$",
        description="The `next` of the page before; without it the first page.",
    ),
]


def row_of(cursor: str) -> int:
    """The id that a cursor stands for; one beyond every id is the end."""
    return min(int(cursor or 0), LARGEST_ID)
