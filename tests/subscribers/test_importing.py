"""Imports: every consent and every goodbye arrives, bad rows are named, and nothing happens half way."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from digest.signing import Signer
from store import Database
from subscribers.addresses import normalise
from subscribers.history import history
from subscribers.importing import run as importing
from subscribers.importing.columns import WrongHeader
from subscribers.importing.reading import UnreadableFile
from subscribers.importing.run import BadRows, Options, Report, examine, import_people
from subscribers.importing.target import Update
from subscribers.lists import UnknownList
from subscribers.people import find_person, memberships
from subscribers.recipients import recipients
from subscribers.states import Change
from subscribers.subscribing import Proof, complain, join, unsubscribe
from subscribers.suppression import Reason, fingerprint, reasons
from subscribers.tables import (
    ImportRun,
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)

CONSENT = "Signed up on our site, double opt-in, 2019 to 2026"
Import = Callable[..., Report]


@pytest.fixture
def bring(database: Database, weekly: MailingList, signer: Signer, now: datetime) -> Import:
    """Imports a file into the list `weekly`, with stated consent unless told otherwise."""

    def run(path: Path, **changes: object) -> Report:
        mapping = changes.pop("mapping", None)
        source, columns = examine(path, mapping=mapping)  # type: ignore[arg-type]
        options = Options(**{"consent": CONSENT, **changes})  # type: ignore[arg-type]
        return import_people(database, "weekly", source, columns, options, signer=signer, now=now)

    return run


def mailed(database: Database, on: MailingList, now: datetime) -> list[str]:
    with database.reading() as session:
        return sorted(row.address for row in session.execute(recipients(on.id, now=now)))


def test_people_arrive_confirmed_by_the_consent_that_was_stated(
    database: Database, weekly: MailingList, bring: Import, file: Callable[..., Path], now: datetime
) -> None:
    report = bring(file("email,name\nAni@Example.com,Անի\nbob@example.com,\n"))
    assert report.counts["added"] == 2
    assert mailed(database, weekly, now) == ["Ani@example.com", "bob@example.com"]
    with database.reading() as session:
        ani = find_person(session, "ani@example.com")
        (event,) = history(session, ani.id)
        (membership,) = memberships(session, ani.id)
    assert ani.name == "Անի"
    assert (event.change, event.state, event.list) == ("state", "confirmed", "weekly")
    assert CONSENT in event.evidence
    assert "people.csv" in event.evidence
    assert membership.consent == CONSENT


def test_without_a_stated_consent_nobody_is_mailed(
    database: Database, weekly: MailingList, bring: Import, file: Callable[..., Path], now: datetime
) -> None:
    bring(file("email\nani@example.com\n"), consent="")
    assert mailed(database, weekly, now) == []
    bring(file("email\nani@example.com\n"))  # the consent is stated later
    assert mailed(database, weekly, now) == ["ani@example.com"]


def test_one_bad_row_is_named_and_nothing_is_imported(
    database: Database, bring: Import, file: Callable[..., Path]
) -> None:
    path = file("email,name\nani@example.com,Ani\nbroken@@example.com,Bob\n")
    with pytest.raises(BadRows, match=r'Line 3 of people.csv: "broken@@example.com" is not .*--strict'):
        bring(path, strict=True)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 0


def test_the_refused_rows_can_be_mended_and_imported_again(
    database: Database,
    weekly: MailingList,
    bring: Import,
    file: Callable[..., Path],
    tmp_path: Path,
    now: datetime,
) -> None:
    path = file('email;name\nani@example.com;Ani\nbob@@example.com;"Bob; Jr."\n\nx@example.com;a;b\n')
    report = bring(path, rejects=tmp_path / "rejects.csv")
    assert report.counts["refused"] == 2
    assert [(item.line, "cells" in item.problem) for item in report.refused] == [(3, False), (5, True)]
    assert report.rejects is not None
    mended = report.rejects.read_text().replace("@@", "@")
    report = bring(file(mended, "mended.csv"))
    assert report.counts["added"] == 2
    assert mailed(database, weekly, now) == ["ani@example.com", "bob@example.com", "x@example.com"]


def test_a_header_without_addresses_shows_what_was_found(bring: Import, file: Callable[..., Path]) -> None:
    with pytest.raises(WrongHeader, match=r'"Who", "Where".*--map COLUMN=email'):
        bring(file("Who,Where\nani@example.com,Yerevan\n"))
    with pytest.raises(WrongHeader, match="could all be the address"):
        bring(file("email,E-Mail\nani@example.com,ani@example.com\n"))
    report = bring(
        file("Who,Where\nani@example.com,Yerevan\n"), mapping={"Who": "email", "where": "attribute:city"}
    )
    assert report.columns.explained() == [("Who", "email"), ("Where", "attribute:city")]
    with pytest.raises(WrongHeader, match="no column 'City'"):
        bring(file("email\nani@example.com\n"), mapping={"City": "-"})
    with pytest.raises(WrongHeader, match="cannot be mapped to 'town'"):
        bring(file("email,City\nani@example.com,\n"), mapping={"City": "town"})


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffEmail Address,Name\r\nani@example.com,Անի\r\n".encode(),
        "E-mail\tName\nani@example.com\tԱնի\n".encode("utf-16"),
        "E-mail\tName\nani@example.com\tԱնի\n".encode("utf-16-le"),
        "E-mail|Name\nani@example.com|Անի\n".encode("utf-16-be"),
        'mail;name\n"ani@example.com";"Անի"\n'.encode(),
        'name,email\n"Անի\n",ani@example.com\n'.encode(),
        '{"email": "ani@example.com", "name": "Անի"}\n'.encode(),
    ],
)
def test_a_file_is_read_as_its_system_wrote_it(
    database: Database, weekly: MailingList, bring: Import, file: Callable[..., Path], content: bytes
) -> None:
    bring(file(content))
    with database.reading() as session:
        assert find_person(session, "ani@example.com").name == "Անի"


def test_a_line_that_is_no_object_and_a_cell_of_endless_brackets_are_named(
    bring: Import, weekly: MailingList, file: Callable[..., Path]
) -> None:
    with pytest.raises(UnreadableFile, match="Line 2 of"):
        bring(file('{"email": "a@example.com"}\n' + "[" * 100_000 + "\n"))
    with pytest.raises(BadRows, match="not a JSON object"):
        bring(file("email;attributes\na@example.com;" + '{"a":' * 20_000 + "\n"), strict=True)
    with pytest.raises(BadRows, match="far too long"):
        bring(file("email\n" + "a" * 100_000 + "\n"), strict=True)


def test_a_legacy_encoding_is_guessed_and_can_be_named(
    database: Database, weekly: MailingList, file: Callable[..., Path]
) -> None:
    text = "email,имя\n" + "".join(f"user{n}@example.com,Екатерина Соколова\n" for n in range(20))
    source, _ = examine(file(text.encode("cp1251")))
    assert next(source.blocks(9)).rows[0][1] == "Екатерина Соколова"
    source, _ = examine(file(text.encode("koi8-r")), encoding="koi8-r")
    assert next(source.blocks(9)).rows[0][1] == "Екатерина Соколова"
    with pytest.raises(UnreadableFile, match="unknown"):
        examine(file(text), encoding="klingon")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"PK\x03\x04\0\0\0\0\0\0\0"])
def test_a_file_that_is_no_table_is_refused(file: Callable[..., Path], content: bytes) -> None:
    with pytest.raises((UnreadableFile, WrongHeader)):
        examine(file(content))
    with pytest.raises(UnreadableFile, match="No such file"):
        examine(Path("no-such-file.csv"))


def test_who_left_or_bounced_there_is_suppressed_here(
    database: Database,
    weekly: MailingList,
    bring: Import,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
) -> None:
    path = file(
        "email,status\nin@example.com,active\nleft@example.com,unsubscribed\n"
        "bounced@example.com,bounced\nspam@example.com,complained\nlater@example.com,pending\n"
    )
    report = bring(path)
    assert report.counts["opted_out"] == 3
    assert mailed(database, weekly, now) == ["in@example.com"]
    with database.reading() as session:
        people = set(session.scalars(select(Subscriber.email)))
        assert people == {"in@example.com", "later@example.com"}

        def why(email: str) -> dict[int, Reason]:
            return reasons(session, fingerprint(signer, email))

        assert why("left@example.com") == {weekly.id: Reason.UNSUBSCRIBED}
        assert why("bounced@example.com") == {0: Reason.BOUNCED}
        assert why("spam@example.com") == {0: Reason.COMPLAINED}
    assert bring(file("email\nleft@example.com\nspam@example.com\n")).counts["suppressed"] == 2
    assert mailed(database, weekly, now) == ["in@example.com"]


def test_a_goodbye_wins_wherever_it_stands_in_the_file(
    database: Database, weekly: MailingList, bring: Import, file: Callable[..., Path], now: datetime
) -> None:
    bring(
        file(
            "email,unsubscribed\nani@example.com,no\nbob@example.com,yes\nani@example.com,yes\nbob@example.com,\n"
        )
    )
    assert mailed(database, weekly, now) == []


def test_a_later_file_of_goodbyes_ends_memberships(
    database: Database, weekly: MailingList, bring: Import, file: Callable[..., Path], now: datetime
) -> None:
    bring(file("email\nani@example.com\nbob@example.com\neve@example.com\n"))
    bring(file("email,status\nani@example.com,unsubscribed\nbob@example.com,spam\n"))
    assert mailed(database, weekly, now) == ["eve@example.com"]
    bring(file("email\nani@example.com\nbob@example.com\neve@example.com\n", "again.csv"))
    assert mailed(database, weekly, now) == ["eve@example.com"]


def test_an_import_brings_back_nobody_who_left_here(
    database: Database,
    weekly: MailingList,
    bring: Import,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
) -> None:
    path = file("email\nani@example.com\nbob@example.com\n")
    bring(path)
    with database.writing() as session:
        unsubscribe(session, find_person(session, "ani@example.com").id, weekly.id, Proof("person"), now=now)
        complain(session, find_person(session, "bob@example.com").id, Proof("arf"), now=now)
    report = bring(path)
    assert (report.counts["known"], report.counts["suppressed"]) == (1, 1)
    assert mailed(database, weekly, now) == []


def test_the_same_file_twice_changes_nothing(
    database: Database, weekly: MailingList, bring: Import, file: Callable[..., Path]
) -> None:
    path = file("email,name\nani@example.com,Ani\nANI@example.com,Other\nbob@example.com,Bob\n")
    first, second = bring(path), bring(path)
    assert (first.counts["added"], first.counts["duplicates"]) == (2, 1)
    assert (second.counts["added"], second.counts["known"], second.counts["duplicates"]) == (0, 2, 1)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscription)) == 2
        assert find_person(session, "ani@example.com").name == "Ani"


def test_a_known_person_joins_another_list_and_keeps_what_is_known(
    database: Database,
    weekly: MailingList,
    bring: Import,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
) -> None:
    path = file(
        'email,name,tags,attributes\nani@example.com,New,"b,c","{""age"": 4, ""city"": ""Gyumri""}"\n'
    )

    def known() -> tuple[str, list[str], dict[str, object]]:
        with database.reading() as session:
            ani = find_person(session, "ani@example.com")
            return ani.name, ani.tags, ani.attributes

    with database.writing() as session:
        session.add(
            Subscriber(
                email="ani@example.com", address="ani@example.com", fingerprint=b"x" * 32,
                name="Ani", topics=[], tags=["a", "b"], attributes={"age": 3}, created_at=now,
            )
        )  # fmt: skip
    assert bring(path, update=Update.SKIP).counts["subscribed"] == 1
    assert known() == ("Ani", ["a", "b"], {"age": 3})
    assert bring(path, update=Update.MERGE).counts["updated"] == 1
    assert known() == ("Ani", ["a", "b", "c"], {"age": 3, "city": "Gyumri"})
    bring(path, update=Update.REPLACE)
    assert known() == ("New", ["b", "c"], {"age": 4, "city": "Gyumri"})
    assert bring(path, update=Update.REPLACE).counts["updated"] == 0


def test_a_dry_run_tells_everything_and_keeps_nothing(
    database: Database, weekly: MailingList, bring: Import, file: Callable[..., Path]
) -> None:
    report = bring(file("email\nani@example.com\nbad\nani@example.com\n"), dry_run=True)
    assert (report.counts["added"], report.counts["refused"], report.counts["duplicates"]) == (1, 1, 1)
    with database.reading() as session:
        for table in (Subscriber, Subscription, Suppression, ImportRun):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_an_import_that_was_cut_off_goes_on_and_doubles_nothing(
    database: Database,
    weekly: MailingList,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    bring: Import,
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 5)
    monkeypatch.setattr(importing, "TOGETHER", 2)
    path = file("email\n" + "".join(f"user{n}@example.com\n" for n in range(35)) + "bad\n")
    source, columns = examine(path)
    options = Options(consent=CONSENT, strict=False)

    class PowerCut(Exception):
        pass

    read = 0

    def cut(rows: int) -> None:
        nonlocal read
        read += rows
        if read > 15:
            raise PowerCut

    with pytest.raises(PowerCut):
        import_people(database, "weekly", source, columns, options, signer=signer, now=now, advance=cut)
    assert len(mailed(database, weekly, now)) == 15
    report = bring(path, strict=False)
    assert (report.resumed_at, report.rows) == (15, 36)
    assert (report.counts["added"], report.counts["duplicates"], report.counts["refused"]) == (35, 0, 1)
    assert len(mailed(database, weekly, now)) == 35


def test_an_unknown_list_is_said_before_anything_is_read(
    database: Database, file: Callable[..., Path], signer: Signer, now: datetime
) -> None:
    source, columns = examine(file("email\nani@example.com\n"))
    with pytest.raises(UnknownList):
        import_people(database, "weekly", source, columns, Options(), signer=signer, now=now)


def test_the_times_of_the_old_system_are_kept_as_proof(
    database: Database, weekly: MailingList, bring: Import, file: Callable[..., Path]
) -> None:
    bring(
        file(
            "Email Address,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,CONFIRM_IP,LEID,EUID\n"
            'ani@example.com,2,"2018-06-12 07:53:28","2018-06-12 08:00:00",192.0.2.7,1,a1\n'
        )
    )
    with database.reading() as session:
        (membership,) = memberships(session, find_person(session, "ani@example.com").id)
    assert membership.subscription.requested_at == datetime(2018, 6, 12, 7, 53, 28, tzinfo=UTC)
    assert membership.subscription.confirmed_at == datetime(2018, 6, 12, 8, 0, tzinfo=UTC)
    assert "192.0.2.7" in membership.consent


def test_an_imported_person_can_be_found_by_the_normal_form(
    database: Database,
    weekly: MailingList,
    bring: Import,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
) -> None:
    bring(file(json.dumps({"email": "Anna@Почта.РФ", "tags": ["a b", "c"], "attributes": {"n": 1}}) + "\n"))
    with database.writing() as session:
        anna = find_person(session, "anna@почта.рф")
        assert (anna.tags, anna.attributes) == (["a b", "c"], {"n": 1})
        outcome = join(
            session, weekly, normalise("ANNA@почта.рф"), Change.STATE, Proof("admin"), signer=signer, now=now
        )
        assert (outcome.subscriber_id, outcome.changed) == (anna.id, False)
    assert outcome.state == SubscriptionState.CONFIRMED
