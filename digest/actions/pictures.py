"""Pictures: each item's own, made fit for mail and hosted by us, so that a source's 5 MB never reach a reader."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from digest.actions.compose import view
from digest.actions.context import Context
from digest.actions.reading import fetcher_for
from digest.issues import find_issue
from digest.rendering.hosting import wanted
from digest.rendering.pictures import PictureError, fit
from digest.settings_model import Settings
from digest.sources.errors import SourceError
from digest.sources.fetcher import Fetcher


@dataclass(frozen=True)
class Hosted:
    """The pictures by their own addresses, as `issue.pictures` keeps them, and what could not be had, in words."""

    pictures: dict[str, Any]
    problems: tuple[str, ...]


def host_pictures(context: Context, reference: str) -> Hosted | None:
    """Fetch and fit the pictures that an issue's theme shows, and keep them in the folder of the settings.

    None where hosting is off. A picture that cannot be had is left out of the issue: a story without a
    picture looks intended, and a source's own file might weigh anything.
    """
    settings = context.settings
    if not settings.pictures.host:
        return None
    with context.database.reading() as session:
        issue = find_issue(session, reference)
        issue.pictures = {}
        boxes = wanted(view(session, issue), issue.newsletter.theme)
    return asyncio.run(_host_all(settings, boxes))


async def _host_all(settings: Settings, boxes: Mapping[str, tuple[int, int]]) -> Hosted:
    async with fetcher_for(settings) as fetcher:
        found = await asyncio.gather(*(_host(settings, fetcher, *asked) for asked in boxes.items()))
    made = dict(zip(boxes, found, strict=True))
    return Hosted(
        {address: None if isinstance(one, str) else one for address, one in made.items()},
        tuple(one for one in found if isinstance(one, str)),
    )


async def _host(
    settings: Settings, fetcher: Fetcher, address: str, box: tuple[int, int]
) -> dict[str, Any] | str:
    try:
        answer = await fetcher.fetch(address, accept="image/*")
        picture = await asyncio.to_thread(fit, answer.content, box)
    except (SourceError, PictureError) as error:
        return error.message
    name = f"{sha256(picture.jpeg).hexdigest()[:32]}.jpg"
    await asyncio.to_thread(_keep, settings.pictures_folder, name, picture.jpeg)
    return {"url": f"{settings.public_url}/i/{name}", "width": picture.width, "height": picture.height}


def _keep(folder: Path, name: str, content: bytes) -> None:
    """Write the file whole or not at all; the same content has the same name."""
    path = folder / name
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.{os.getpid()}.part"
    part.write_bytes(content)
    part.replace(path)
