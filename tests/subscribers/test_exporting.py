"""Exports: harmless in a spreadsheet, and the same people when they come back."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from digest.signing import Signer
from store import Database
from subscribers import cells, pages
from subscribers.addresses import normalise
from subscribers.cleaning import clean_name
from subscribers.exporting import people, rows, write_csv, write_json_lines
from subscribers.importing.columns import recognise
from subscribers.importing.records import Record, reader
from subscribers.importing.run import Options, examine, import_people
from subscribers.people import describe, tag
from subscribers.states import Change
from subscribers.subscribing import Proof, join, unsubscribe
from subscribers.tables import MailingList, Subscriber, SubscriptionState

NOW_COLUMNS = ["email", "name", "state", "consent", "requested_at", "confirmed_at", "changed_at"]


def fill(database: Database, weekly: MailingList, signer: Signer, now: datetime) -> None:
    proof = Proof("admin")
    with database.writing() as session:
        for number, name in enumerate(["=SUM(A1)", "-5", "'quoted", "@you", 'Անի, "A"', "'=x", ""]):
            change = Change.REQUEST if number == 1 else Change.STATE
            outcome = join(
                session, weekly, normalise(f"+user{number}@example.com"), change, proof,
                signer=signer, now=now, consent="form", name=name,
            )  # fmt: skip
            assert outcome.subscriber_id is not None
            tag(session, outcome.subscriber_id, add=["vip", "two words"])
            describe(session, outcome.subscriber_id, topics=["news"], attributes={"n": number, "s": "ա"})
            if number == 3:
                unsubscribe(session, outcome.subscriber_id, weekly.id, Proof("person"), now=now)


def exported(database: Database, on: MailingList, write: Callable[..., int] = write_csv) -> str:
    out = io.StringIO()
    with database.reading() as session:
        assert write(session, people(on.id), out) == 7
    return out.getvalue()


def test_no_cell_can_be_taken_for_a_formula(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    fill(database, weekly, signer, now)
    cells = [cell for line in exported(database, weekly).splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.lstrip('"')[:1] in ("=", "+", "-", "@")]


def test_the_export_comes_back_as_the_same_people(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, file: Callable[..., Path]
) -> None:
    fill(database, weekly, signer, now)
    for write, name in ((write_csv, "list.csv"), (write_json_lines, "list.jsonl")):
        before = exported(database, weekly, write)
        with database.writing() as session:
            session.execute(delete(Subscriber))
        source, columns = examine(file(before, name))
        report = import_people(database, "weekly", source, columns, Options(), signer=signer, now=now)
        assert report.counts["added"] == 7
        assert exported(database, weekly, write) == before


def test_an_export_can_be_narrowed_to_a_state(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    fill(database, weekly, signer, now)
    out = io.StringIO()
    with database.reading() as session:
        assert write_json_lines(session, people(weekly.id, states=[SubscriptionState.UNSUBSCRIBED]), out) == 1
    assert json.loads(out.getvalue())["email"] == "+user3@example.com"


def test_a_list_of_many_pages_is_exported_whole_and_in_its_order(
    database: Database, weekly: MailingList, signer: Signer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_PAGE", 3)
    fill(database, weekly, signer, now)
    addresses = [f"+user{number}@example.com" for number in range(7)]
    with database.reading() as session:
        for _ in range(2):
            assert [one["email"] for one in rows(session, people(weekly.id))] == addresses
        out = io.StringIO()
        assert write_csv(session, people(weekly.id), out) == 7
    assert [
        row["email"].removeprefix("'") for row in csv.DictReader(io.StringIO(out.getvalue()))
    ] == addresses


def test_moments_are_in_utc_whatever_the_server_is_set_to(
    database: Database, weekly: MailingList, signer: Signer, now: datetime
) -> None:
    fill(database, weekly, signer, now)
    before = exported(database, weekly)
    assert now.isoformat() in before
    with database.reading() as session:
        if not database.is_sqlite:
            session.connection().exec_driver_sql("SET TIME ZONE 'Asia/Yerevan'")
            session.connection().exec_driver_sql("SET datestyle TO 'German'")
        out = io.StringIO()
        write_csv(session, people(weekly.id), out)
        (first, *_) = rows(session, people(weekly.id))
        session.rollback()
    assert out.getvalue() == before
    assert first["requested_at"] == now


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=20)))
def test_csv_is_read_back_as_it_was_written(texts: list[str]) -> None:
    line = ",".join([*cells.of_texts(texts), "end"]) + "\r\n"
    (row,) = csv.reader(io.StringIO(line, newline=""))
    assert row == [*map(cells.harmless, texts), "end"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_name_survives_the_spreadsheet(text: str) -> None:
    name = clean_name(text)
    columns = recognise(NOW_COLUMNS)
    assert columns.system == "digest"
    row = reader(columns)(2, ["a@example.com", cells.harmless(name), "confirmed", "", "", "", ""])
    assert isinstance(row, Record)
    assert row.name == name
