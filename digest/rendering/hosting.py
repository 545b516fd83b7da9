"""Which pictures of an issue to make fit for mail, and the issue with the made ones in their places."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from digest.rendering import literal
from digest.rendering.pictures import SMALL, WIDE
from digest.rendering.view import Block, Image, IssueView, ItemView

_WITHOUT_PICTURES = {"brief", "plain"}
_SMALL_BESIDE_THE_TEXT = {"classic"}


def wanted(view: IssueView, theme: str) -> dict[str, tuple[int, int]]:
    """The address of each picture that the theme shows, with the box it is to fit (see `pictures.fit`).

    The same picture as the lead's and as another's is wanted wide.
    """
    boxes: dict[str, tuple[int, int]] = {}
    lead = True
    for entry in _entries(view):
        is_story = isinstance(entry, ItemView)
        if entry.image is not None and (url := literal.address(entry.image.url)):
            small = is_story and not lead and theme in _SMALL_BESIDE_THE_TEXT
            if not (is_story and theme in _WITHOUT_PICTURES):
                boxes[url] = WIDE if boxes.get(url) == WIDE or not small else SMALL
        lead = lead and not is_story
    return boxes


def hosted(view: IssueView, made: Mapping[str, Image]) -> IssueView:
    """The issue with each picture of `made` (by its own address) replaced: new address and size, same words.

    A picture that was not made stays as it is.
    """
    sections = []
    for section in view.sections:
        content = tuple(
            replace(entry, image=_replaced(entry.image, made)) if entry.image is not None else entry
            for entry in section.content
        )
        sections.append(replace(section, content=content))
    return replace(view, sections=tuple(sections))


def _replaced(image: Image, made: Mapping[str, Image]) -> Image:
    new = made.get(literal.address(image.url))
    return image if new is None else replace(new, alt=image.alt)


def _entries(view: IssueView) -> Iterator[ItemView | Block]:
    return (entry for section in view.sections for entry in section.content)
