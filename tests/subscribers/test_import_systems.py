"""The exports of other systems: recognised by their columns, and nobody who left is brought back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.signing import Signer
from subscribers.fingerprints import fingerprinter
from subscribers.importing.batches import Batches
from subscribers.importing.columns import recognise
from subscribers.importing.reading import open_source
from subscribers.importing.records import Record, Refused, Told, reader
from subscribers.suppression import fingerprint


def read(header: str, row: str) -> tuple[str, Record | Refused]:
    columns = recognise(header.split(","))
    return columns.system, reader(columns)(2, row.split(","))


@pytest.mark.parametrize(
    ("system", "header", "row", "told"),
    [
        (
            "mailchimp", "Email Address,First Name,MEMBER_RATING,LEID,EUID,TAGS",
            "a@example.com,Ani,2,1,x,", Told.SUBSCRIBED,
        ),
        (
            "mailchimp", "Email Address,MEMBER_RATING,UNSUB_TIME,UNSUB_REASON,LEID,EUID",
            "a@example.com,2,2020-01-01 10:00:00,SPAM,1,x", Told.LEFT,
        ),
        (
            "mailchimp", "Email Address,MEMBER_RATING,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,LEID,EUID",
            "a@example.com,2,2020-01-01 10:00:00,News,1,x", Told.BOUNCED,
        ),
        (
            "substack", "email,active_subscription,expiry,plan,email_disabled,created_at",
            "a@example.com,true,,,true,", Told.LEFT,
        ),
        (
            "substack", "email,active_subscription,expiry,plan,email_disabled,created_at",
            "a@example.com,false,,,false,", Told.SUBSCRIBED,
        ),
        (
            "ghost", "id,email,name,note,subscribed_to_emails,complimentary_plan,deleted_at",
            "1,a@example.com,,,true,false,", Told.SUBSCRIBED,
        ),
        (
            "ghost", "id,email,name,note,subscribed_to_emails,complimentary_plan,deleted_at",
            "1,a@example.com,,,false,false,", Told.LEFT,
        ),
        (
            "listmonk", "uuid,email,name,attributes,status,created_at,updated_at",
            "u,a@example.com,Ani,{},enabled,,", Told.SUBSCRIBED,
        ),
        (
            "listmonk", "uuid,email,name,attributes,status,created_at,updated_at",
            "u,a@example.com,Ani,{},blocklisted,,", Told.LEFT,
        ),
        (
            "mailpoet", "Email,First name,Last name,Global Status,List",
            "a@example.com,Ani,H,inactive,News", Told.SUBSCRIBED,
        ),
        (
            "mailpoet", "Email,First name,Last name,Global Status,List",
            "a@example.com,Ani,H,unconfirmed,News", Told.PENDING,
        ),
        (
            "mailpoet", "Email,First name,Last name,List status,Global status",
            "a@example.com,Ani,H,subscribed,bounced", Told.BOUNCED,
        ),
        (
            "mailpoet", "Email,First name,Last name,List status,Global status",
            "a@example.com,Ani,H,unsubscribed,subscribed", Told.LEFT,
        ),
        (
            "kit", "First Name,Email,Status,Created At,Tags",
            "Ani,a@example.com,cancelled,2020-01-01,", Told.LEFT,
        ),
        (
            "kit", "First Name,Email,Status,Created At,Tags",
            "Ani,a@example.com,inactive,2020-01-01,", Told.PENDING,
        ),
        (
            "kit", "First Name,Email,Status,Created At,Tags",
            "Ani,a@example.com,cold,2020-01-01,", Told.SUBSCRIBED,
        ),
        (
            "buttondown", "email,notes,metadata,tags,creation_date,type",
            "a@example.com,,{},,2020-01-01,unpaid", Told.SUBSCRIBED,
        ),
        (
            "buttondown", "email_address,notes,metadata,tags,creation_date,type,undeliverability_date",
            "a@example.com,,{},,2020-01-01,premium,2021-01-01", Told.BOUNCED,
        ),
        (
            "buttondown", "email,notes,metadata,tags,creation_date,type",
            "a@example.com,,{},,2020-01-01,unactivated", Told.PENDING,
        ),
        (
            "buttondown", "email,notes,metadata,tags,creation_date,type",
            "a@example.com,,{},,2020-01-01,regular", Told.SUBSCRIBED,
        ),
        (
            "buttondown", "email_address,notes,metadata,tags,creation_date,type,unsubscription_date",
            "a@example.com,,{},,2020-01-01,regular,2021-01-01", Told.LEFT,
        ),
        ("", "email,name", "a@example.com,Ani", Told.NOTHING),
        ("", "email,unsubscribed", "a@example.com,yes", Told.LEFT),
    ],
)  # fmt: skip
def test_a_systems_export_says_what_the_person_wanted(system: str, header: str, row: str, told: Told) -> None:
    found_system, record = read(header, row)
    assert found_system == system
    assert isinstance(record, Record)
    assert record.told == told


def test_a_deleted_member_is_left_out_without_being_an_error() -> None:
    _, refused = read(
        "id,email,name,note,subscribed_to_emails,complimentary_plan,deleted_at",
        "1,a@example.com,,,true,,2023-01-01",
    )
    assert isinstance(refused, Refused)
    assert refused.left_out


@pytest.mark.parametrize(
    ("header", "row", "problem"),
    [
        ("email,status", "a@example.com,happy", "the status 'happy' is unknown"),
        ("email,unsubscribed", "a@example.com,perhaps", "where yes or no was expected"),
        ("email,language", "a@example.com,Armenian!", "not the code of a language"),
        ("email,created_at", "a@example.com,yesterday", "not a date"),
        ("email,attributes", "a@example.com,[1]", "not a JSON object"),
        ("email,tags", "a@example.com,a\\b", "cannot be a tag"),
        ("email,name", "a@example.com,Ani,extra", "3 cells where the first line has 2"),
        ("email,name", ",Ani", "it is empty"),
    ],
)
def test_a_bad_cell_is_named(header: str, row: str, problem: str) -> None:
    _, refused = read(header, row)
    assert isinstance(refused, Refused)
    assert problem in refused.problem


cells = st.one_of(
    st.sampled_from(["", "a@example.com", "A.B@Example.ORG", "b@@example.com", "x@почта.рф", "yes", "no",
                     "unsubscribed",
                     "active", "hy", "2024-01-31", "soon", "a,b", "Ani", " Ani  H ", "\u00a0", "=1", "'=1"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip


@settings(deadline=None)  # a slow disk is not a slow reader
@given(
    st.sampled_from(
        [
            ("email", "name"), ("email", "name", "status", "tags"),
            ("email", "first name", "last name", "created_at"),
            ("email", "list status", "global status"),
            ("email", "state", "consent", "requested_at", "confirmed_at", "changed_at", "name"),
            ("email", "language", "unsubscribed", "ip", "attributes"),
        ]
    ),
    st.lists(st.lists(cells, max_size=8), max_size=12),
)  # fmt: skip
def test_reading_by_columns_and_by_rows_is_the_same(header: tuple[str, ...], rows: list[list[str]]) -> None:
    import csv
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *rows])
        source = open_source(path, encoding="utf-8", delimiter=",")
        columns = recognise(source.header)
        by_columns = Batches(source, columns, lambda moment: moment)
        records, refused = [], []
        for batch in by_columns.read(5):
            records += [dict(zip(batch.names, values, strict=True)) for values in batch.records]
            refused += batch.refused
        by_row = reader(columns)
        expected, wrong = [], []
        for block in source.blocks(5):
            for line, row in zip(block.lines(), block.rows, strict=True):
                if not any(row):
                    continue
                found = by_row(line, row)
                (wrong if isinstance(found, Refused) else expected).append(found)
        assert refused == wrong
        assert [record["email"] for record in records] == [record.email for record in expected]
        for record, wanted in zip(records, expected, strict=True):
            assert record == {name: getattr(wanted, name) for name in record}


@given(st.binary(min_size=16, max_size=100), st.text(max_size=40))
def test_the_fast_fingerprint_is_the_same_hmac(secret: bytes, email: str) -> None:
    email = email.encode("utf-8", "ignore").decode()
    signer = Signer((("k2", b"a newer secret of the house"), ("k1", secret)))
    assert fingerprinter(signer)(email) == fingerprint(signer, email)
