"""Invented subscribers at example domains, with the names that break careless programs."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

_TRICKY = (
    ("Aoife O'Brien", "aoife.obrien", "en"),
    ('Hovik "Hovo" Danielants', "hovo", "en"),
    ("Danielants, Ani (harbour)", "ani+courier", "en"),
    ("Tom & Jerry <b>Ltd</b>", "tom_jerry", "en"),
    ("=SUM(1;2)", "formula", "en"),
    ("Zoë Núñez-Müller", "zoe.nunez", "en"),
    ("Ֆրունզե «Ֆրոնչո» Յոլյան-Թեւոսյանց", "froncho", "hy"),
    ("عبد الرحمن بن يوسف الحلبي", "abdulrahman", "ar"),
    ("{{ name }} ${x} %s", "template", "en"),
    ("Anahit\u202e Reversed", "override", "en"),
    ("Wolfeschlegelsteinhausenbergerdorff " * 3 + "Jr.", "long", "en"),
    ("👩‍🌾 Zabel", "zabel", "en"),
    ("", "no-name", "en"),
)
_NAMES = {
    "en": (
        ("Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Iris", "Jonas", "Karin", "Leo"),
        ("Adler", "Brook", "Castle", "Dunmore", "Ellery", "Fairfax", "Garnet", "Holloway", "Ives"),
    ),
    "hy": (
        ("Անի", "Արամ", "Գայանե", "Դավիթ", "Եվա", "Զարուհի", "Լուսինե", "Հայկ", "Մարիամ", "Տիգրան"),
        ("Աղբալյանց", "Բոյախչյան", "Գալստանյանց", "Մելիքջանյան", "Շահնազարով", "Սիմավոնյան", "Օրդուբեկյան"),
    ),
    "ar": (
        ("ليلى", "سامر", "نور", "هالة", "كريم"),
        ("الحلبي", "قيومجيان", "باليوزيان", "خاندجيان"),
    ),
}
_DOMAINS = ("example.org", "example.com", "example.net")


@dataclass(frozen=True)
class Invented:
    """A person who does not exist."""

    address: str
    name: str
    language: str


def audience(count: int) -> tuple[Invented, ...]:
    """The first `count` of an endless row of invented people, always the same; addresses are unique."""
    return tuple(islice(_everyone(), count))


def as_csv(people: tuple[Invented, ...]) -> str:
    """A list as an editor would bring it from another system."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["email", "name", "language"])
    writer.writerows([person.address, person.name, person.language] for person in people)
    return file.getvalue()


def _everyone() -> Iterator[Invented]:
    for name, local, language in _TRICKY:
        yield Invented(f"{local}@example.org", name, language)
    number = 0
    named = {language: list(product(*names)) for language, names in _NAMES.items()}
    while True:
        language = ("en", "hy", "en", "hy", "ar")[number % 5]
        first, last = named[language][(number // 5 * 7) % len(named[language])]
        number += 1
        yield Invented(f"reader{number:05d}@{_DOMAINS[number % 3]}", f"{first} {last}", language)
