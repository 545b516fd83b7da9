"""Invented subscribers: unique, at example domains, and not too easy."""

import csv

from digest.demo.audience import as_csv, audience


def test_addresses_are_unique_and_belong_to_nobody() -> None:
    people = audience(2_000)
    assert len({person.address.lower() for person in people}) == 2_000
    assert {person.address.partition("@")[2] for person in people} <= {
        "example.org",
        "example.com",
        "example.net",
    }


def test_the_same_people_come_each_time_and_fewer_are_the_first_of_more() -> None:
    assert audience(300)[:40] == audience(40)


def test_two_hundred_people_read_three_languages_and_have_difficult_names() -> None:
    people = audience(200)
    assert {person.language for person in people} == {"en", "hy", "ar"}
    names = "".join(person.name for person in people)
    for trap in ("'", '"', ",", "<b>", "{{", "\u202e", "=SUM"):
        assert trap in names


def test_the_csv_gives_every_name_back() -> None:
    people = audience(200)
    rows = list(csv.DictReader(as_csv(people).splitlines()))
    assert [(row["email"], row["name"]) for row in rows] == [
        (person.address, person.name) for person in people
    ]
