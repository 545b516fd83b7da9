"""An import hurries on a connection of its own, and leaves no database in a hurry."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from digest.signing import Signer
from store import Database
from subscribers.importing import run
from subscribers.importing.ahead import packed
from subscribers.importing.child import Job
from subscribers.importing.hurrying import hurried, writing
from subscribers.importing.packing import Form
from subscribers.importing.run import Options, examine, import_people
from subscribers.importing.staging import place
from subscribers.lists import UnknownList, remove_list
from subscribers.tables import MailingList

_NOBODY = text(
    "INSERT INTO subscription (subscriber_id, list_id, state, consent, requested_at, changed_at, requests)"
    " VALUES (999, 1, 'confirmed', '', '2024-01-01', '2024-01-01', 0)"
)


@pytest.mark.parametrize("error", [None, ValueError])
def test_afterwards_nobody_can_be_a_member_who_is_not_there(
    database: Database, error: type[Exception] | None
) -> None:
    try:
        with hurried(database) as connection, writing(connection) as session:
            assert session.execute(text("SELECT 1")).scalar_one() == 1
            if error:
                raise error
    except ValueError:
        pass
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(_NOBODY)


def test_a_hurried_transaction_that_fails_leaves_nothing(database: Database, weekly: MailingList) -> None:
    with hurried(database) as connection:
        with pytest.raises(ValueError), writing(connection) as session:
            session.execute(text("DELETE FROM mailing_list"))
            raise ValueError
        with writing(connection) as session:
            assert session.get_one(MailingList, weekly.id).slug == "weekly"


@pytest.mark.usefixtures("weekly")
def test_a_list_that_is_removed_meanwhile_ends_the_import(
    database: Database,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "BATCH_ROWS", 5)
    begun = run._Run._start

    def removed(self: run._Run, session: object, slug: str) -> object:
        found = begun(self, session, slug)  # type: ignore[arg-type]
        remove_list(session, slug)  # type: ignore[arg-type]
        return found

    monkeypatch.setattr(run._Run, "_start", removed)
    source, columns = examine(file("email\n" + "".join(f"user{n}@example.com\n" for n in range(20))))
    with pytest.raises(UnknownList):
        import_people(database, "weekly", source, columns, Options(), signer=signer, now=now)


@pytest.fixture
def owned_by_nobody_special(database: Database) -> Iterator[Database]:
    """The same database for a role that may read and write and nothing else."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        run = connection.exec_driver_sql
        run("CREATE ROLE importer LOGIN")
        try:
            run("GRANT ALL ON ALL TABLES IN SCHEMA public TO importer")
            run("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO importer")
            plain = Database(database.engine.url.set(username="importer").render_as_string(False))
            yield plain
            plain.close()
        finally:
            run("DROP OWNED BY importer")
            run("DROP ROLE importer")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_where_the_role_may_not_leave_it_each_person_is_looked_for(
    owned_by_nobody_special: Database,
    weekly: MailingList,
    file: Callable[..., Path],
    signer: Signer,
    now: datetime,
) -> None:
    source, columns = examine(file("email\n" + "".join(f"user{n}@example.com\n" for n in range(20))))
    report = import_people(
        owned_by_nobody_special, "weekly", source, columns, Options(), signer=signer, now=now
    )
    assert report.counts == {"added": 20}


@pytest.mark.usefixtures("weekly")
def test_after_people_are_put_in_the_keys_of_the_same_transaction_are_looked_at_again(
    database: Database, file: Callable[..., Path], signer: Signer, now: datetime
) -> None:
    source, columns = examine(file("email\nani@example.com\n"))
    job = Job(source, columns, signer, _form(database, now), 10, 1, 0)
    (batch,) = packed(job, lambda number: 1)
    with pytest.raises(IntegrityError), database.writing() as session:
        assert place(session, batch.parts[0], 0) == 1
        session.execute(_NOBODY)


def _form(database: Database, now: datetime) -> Form:
    return Form(database.is_sqlite, 1, 1, "confirmed", {}, now)
