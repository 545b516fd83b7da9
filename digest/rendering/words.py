"""The fixed text of a mail in the reader's language: gettext over the catalogs in `locale/`."""

import gettext
import io
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from digest.rendering.dates import number
from digest.rendering.language import tag

CATALOGS = Path(__file__).parent / "locale"
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Words:
    """Says the program's own sentences in one language; English stands where a translation is missing."""

    language: str
    catalog: gettext.NullTranslations

    def say(self, sentence: str, **values: str) -> str:
        """`sentence` (in English) translated, with each `{place}` replaced by its value."""
        return _filled(self.catalog.gettext(sentence), values)

    def count(self, one: str, many: str, count: int) -> str:
        """The form of the sentence for `count`, in which `{count}` stands for the number as written."""
        return _filled(self.catalog.ngettext(one, many, count), {"count": number(count, self.language)})


def _filled(sentence: str, values: dict[str, str]) -> str:
    # Not str.format: a theme of somebody else's must not reach into objects through a sentence.
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), sentence)


@lru_cache(maxsize=256)
def is_spoken(language: str) -> bool:
    """Whether the program's sentences can be said in this language."""
    first = tag(language).split("-")[0].lower()
    return first == "en" or (CATALOGS / f"{first}.po").is_file()


@lru_cache(maxsize=64)
def words(language: str) -> Words:
    """The words of a language, by the whole tag or its first part."""
    wanted = tag(language)
    for name in (wanted, wanted.split("-")[0].lower()):
        path = CATALOGS / f"{name}.po"
        if path.is_file():
            return Words(wanted, _compiled(path))
    return Words(wanted, gettext.NullTranslations())


def _compiled(path: Path) -> gettext.GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalog = read_po(file)
    machine = io.BytesIO()
    write_mo(machine, catalog)
    machine.seek(0)
    return gettext.GNUTranslations(machine)
