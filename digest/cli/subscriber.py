"""`digest subscriber`: people on lists."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from subscribers.importing.run import Report

app = typer.Typer(no_args_is_help=True, help="People: add, import, export, unsubscribe.")
_JSON = typer.Option(False, "--json", help="For programs.")
_LIST = typer.Option(..., "--list", help="The list.")
_NO_LIST = typer.Option("", "--list", help="Only this list.")


@app.command("add")
def add(
    addresses: list[str] = typer.Argument(..., help="One address or more."),
    list_slug: str = _LIST,
    consent: str = typer.Option(
        "", "--consent", help="How they consented; without it they stay unconfirmed."
    ),
    name: str = typer.Option("", "--name"),
    language: str = typer.Option("", "--language", help="A language code, as hy."),
    tags: list[str] = typer.Option([], "--tag", help="May be repeated."),
    as_json: bool = _JSON,
) -> None:
    """Put addresses on a list. They are mailed only if their consent is stated."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.addresses import normalise, shown
    from subscribers.lists import find_list
    from subscribers.people import tag
    from subscribers.states import Change
    from subscribers.subscribing import Proof, join

    parsed = [normalise(address) for address in addresses]
    change = Change.STATE if consent else Change.BRING
    results = []
    with open_context() as context, context.database.writing() as session:
        found = find_list(session, list_slug)
        for address in parsed:
            outcome = join(
                session,
                found,
                address,
                change,
                Proof("admin", consent),
                signer=context.signer,
                now=datetime.now(UTC),
                consent=consent,
                name=name,
                language=language or None,
            )
            if outcome.subscriber_id is not None and tags:
                tag(session, outcome.subscriber_id, add=tags)
            state = "suppressed" if outcome.suppressed else str(outcome.state)
            results.append({"address": shown(address.given), "state": state, "changed": outcome.changed})
    if as_json:
        output.json_lines(results)
        return
    for result in results:
        said = {
            "suppressed": "is suppressed and was not added; see `digest subscriber show`",
            "confirmed": "is on the list",
            "unconfirmed": "is unconfirmed; state the consent with --consent, or let them confirm",
        }.get(str(result["state"]), f"had {result['state']} and stays so until they ask again themselves")
        output.done(f"{result['address']} {said}.")


@app.command("import")
def import_file(
    file: str = typer.Argument(..., help="CSV, TSV or JSON lines."),
    list_slug: str = _LIST,
    consent: str = typer.Option("", "--consent", help="How these people consented. Without it: unconfirmed."),
    mapping: list[str] = typer.Option([], "--map", metavar="COLUMN=MEANING", help="May be repeated."),
    update: str = typer.Option("merge", "--update", metavar="merge|skip|replace", help="Known people."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Tell what would happen; change nothing."),
    skip_bad: bool = typer.Option(False, "--skip-bad", help="Set bad rows aside and import the rest."),
    rejects: str = typer.Option("", "--rejects", help="Where bad rows go (default FILE.rejects.csv)."),
    encoding: str = typer.Option("", "--encoding", help="If the guess is wrong, as cp1251."),
    delimiter: str = typer.Option("", "--delimiter", help="If the guess is wrong."),
    as_json: bool = _JSON,
) -> None:
    """Bring people from a file: all of them, or none if a row is bad and --skip-bad is not given."""
    from datetime import UTC, datetime
    from pathlib import Path

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.importing.run import Options, examine, import_people
    from subscribers.importing.storing import Update

    if update not in set(Update):
        raise typer.BadParameter(f"--update is merge, skip or replace, not {update!r}")
    path = Path(file)
    options = Options(
        consent=consent,
        update=Update(update),
        skip_bad=skip_bad,
        dry_run=dry_run,
        rejects=(Path(rejects) if rejects else path.with_suffix(".rejects.csv")) if skip_bad else None,
    )
    chosen = dict(_mapping(text) for text in mapping)
    separator = "\t" if delimiter in ("tab", "\\t") else delimiter
    with open_context() as context:
        source, columns = examine(
            path, mapping=chosen, encoding=encoding or None, delimiter=separator or None
        )
        with output.progress(f"Importing {path.name}", unit="rows") as advance:
            report = import_people(
                context.database,
                list_slug,
                source,
                columns,
                options,
                signer=context.signer,
                now=datetime.now(UTC),
                advance=lambda rows: advance(rows),
            )
    if as_json:
        output.json(_report(report, dry_run))
    else:
        _tell(report, consent, dry_run)
    if dry_run and report.counts["refused"] and not skip_bad:
        raise typer.Exit(1)


@app.command("export")
def export(
    list_slug: str = _LIST,
    out: str = typer.Option("-", "--out", "-o", help="A file; - is standard output."),
    states: list[str] = typer.Option([], "--state", help="Only this state. May be repeated."),
    as_json: bool = typer.Option(False, "--json", help="JSON lines instead of CSV."),
) -> None:
    """Write the people of a list as CSV or JSON lines, which `import` takes back."""
    import sys
    from contextlib import ExitStack
    from pathlib import Path

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.exporting import people, write_csv, write_json_lines
    from subscribers.lists import find_list

    write, wanted = write_json_lines if as_json else write_csv, _states(states)
    with ExitStack() as stack:
        context = stack.enter_context(open_context())
        session = stack.enter_context(context.database.reading())
        query = people(find_list(session, list_slug).id, states=wanted)
        if out == "-":
            write(session, query, sys.stdout)
            return
        with Path(out).open("w", encoding="utf-8", newline="") as file:
            number = write(session, query, file)
    output.done(f"{number} people are in {out}.")


@app.command("list")
def list_people(
    list_slug: str = _LIST,
    states: list[str] = typer.Option([], "--state", help="Only this state. May be repeated."),
    limit: int = typer.Option(50, "--limit", min=1, help="At most so many."),
    as_json: bool = _JSON,
) -> None:
    """Show people of a list."""
    from itertools import islice

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.addresses import shown
    from subscribers.exporting import people, rows
    from subscribers.lists import find_list

    wanted = _states(states)
    with open_context() as context, context.database.reading() as session:
        query = people(find_list(session, list_slug).id, states=wanted)
        found = list(islice(rows(session, query.limit(limit)), limit))
    if as_json:
        output.json_lines(found)
        return
    output.table(
        f"People of {list_slug}",
        ["Address", "Name", "Language", "State", "Tags"],
        [[shown(p["email"]), p["name"], p["language"], p["state"], ", ".join(p["tags"])] for p in found],
        empty="Nobody.",
    )


@app.command("show")
def show(address: str, as_json: bool = _JSON) -> None:
    """Show what is known of an address: the person, the lists, the suppressions."""
    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.addresses import normalise, shown
    from subscribers.people import UnknownSubscriber, find_person, memberships
    from subscribers.suppression import fingerprint, reasons

    with open_context() as context, context.database.reading() as session:
        mark = fingerprint(context.signer, normalise(address).email)
        why = {str(key or "every list"): str(reason) for key, reason in reasons(session, mark).items()}
        try:
            person = find_person(session, address)
        except UnknownSubscriber:
            if not why:
                raise
            facts: dict[str, Any] = {"address": address, "suppressed": why, "lists": []}
        else:
            facts = {
                "address": shown(person.address),
                "name": person.name,
                "language": person.language,
                "timezone": person.timezone,
                "topics": person.topics,
                "tags": person.tags,
                "attributes": person.attributes,
                "created_at": person.created_at,
                "suppressed": why,
                "lists": [
                    {
                        "list": membership.list,
                        "state": membership.subscription.state,
                        "consent": membership.consent,
                        "requested_at": membership.subscription.requested_at,
                        "confirmed_at": membership.subscription.confirmed_at,
                        "paused_until": membership.subscription.paused_until,
                    }
                    for membership in memberships(session, person.id)
                ],
            }
    if as_json:
        output.json(facts)
        return
    lists = facts.pop("lists")
    output.facts([(key.replace("_", " ").capitalize(), _said(value)) for key, value in facts.items()])
    output.table(
        "Lists",
        ["List", "State", "Consent", "Confirmed"],
        [[one["list"], one["state"], one["consent"], _said(one["confirmed_at"])] for one in lists],
        empty="On no list.",
    )


@app.command("history")
def show_history(address: str, as_json: bool = _JSON) -> None:
    """Show every change of a person's memberships, with its proof."""
    from dataclasses import asdict

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.history import history
    from subscribers.people import find_person

    with open_context() as context, context.database.reading() as session:
        found = history(session, find_person(session, address).id)
    if as_json:
        output.json_lines(asdict(event) for event in found)
        return
    output.table(
        f"History of {address}",
        ["When", "List", "Change", "State", "By", "Evidence"],
        [[_said(e.at), e.list, e.change, e.state, e.actor, e.evidence] for e in found],
        empty="Nothing has happened.",
    )


@app.command("tag")
def tag_people(
    addresses: list[str] = typer.Argument(..., help="One address or more."),
    add_tags: list[str] = typer.Option([], "--add", help="May be repeated."),
    remove_tags: list[str] = typer.Option([], "--remove", help="May be repeated."),
) -> None:
    """Add and remove tags."""
    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.people import find_person, tag

    with open_context() as context, context.database.writing() as session:
        for address in addresses:
            now = tag(session, find_person(session, address).id, add=add_tags, remove=remove_tags)
            output.done(f"{address}: {', '.join(now) or 'no tags'}.")


@app.command("unsubscribe")
def unsubscribe_people(
    addresses: list[str] = typer.Argument(..., help="One address or more."),
    list_slug: str = typer.Option("", "--list", help="From this list; without it from all, for good."),
    reason: str = typer.Option("", "--reason", help="Kept in the history."),
) -> None:
    """Unsubscribe people. It holds at once, also for messages that are still queued."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.lists import find_list
    from subscribers.people import find_person
    from subscribers.subscribing import Proof, unsubscribe, unsubscribe_from_all

    now, proof = datetime.now(UTC), Proof("admin", reason)
    said = []
    with open_context() as context, context.database.writing() as session:
        for address in addresses:
            person = find_person(session, address)
            if list_slug:
                unsubscribe(session, person.id, find_list(session, list_slug).id, proof, now=now)
            else:
                unsubscribe_from_all(session, person.id, proof, now=now)
            said.append(f"{address} is unsubscribed from {list_slug or 'every list'}.")
    for sentence in said:
        output.done(sentence)


@app.command("check")
def check(
    addresses: list[str] = typer.Argument(..., help="One address or more."), as_json: bool = _JSON
) -> None:
    """Tell whether addresses can be mailed, and how they are stored."""
    from digest.cli import output
    from subscribers.addresses import AddressError, normalise, shown

    results: list[dict[str, Any]] = []
    for text in addresses:
        try:
            address = normalise(text)
        except AddressError as error:
            results.append({"address": text, "valid": False, "problem": error.reason})
        else:
            results.append(
                {"address": text, "valid": True, "mailed_as": address.given, "same_as": address.email,
                 "shown": shown(address.given)}
            )  # fmt: skip
    if as_json:
        output.json_lines(results)
    else:
        for result in results:
            output.done(
                f"{result['mailed_as']} can be mailed."
                if result["valid"]
                else f"{result['address']!r} cannot be mailed: {result['problem']}"
            )
    if not all(result["valid"] for result in results):
        raise typer.Exit(1)


def _mapping(text: str) -> tuple[str, str]:
    column, equals, meaning = text.rpartition("=")
    if not equals or not column or not meaning:
        raise typer.BadParameter(f"{text!r} is not COLUMN=MEANING, as in Mail=email")
    return column, meaning


def _states(texts: list[str]) -> list[Any]:
    from subscribers.tables import SubscriptionState

    for text in texts:
        if text not in set(SubscriptionState):
            raise typer.BadParameter(f"--state is one of {', '.join(SubscriptionState)}, not {text!r}")
    return [SubscriptionState(text) for text in texts]


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:%Y-%m-%d %H:%M} UTC" if hasattr(value, "strftime") else str(value or "")


def _report(report: "Report", dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "system": report.system or "unknown",
        "encoding": report.encoding,
        "columns": dict(report.columns.explained()),
        "rows": report.rows,
        "resumed_at": report.resumed_at,
        **{kind: report.counts[kind] for kind, _ in _KINDS},
        "problems": [{"line": item.line, "problem": item.problem} for item in report.refused],
        "rejects": report.rejects,
    }


_KINDS = (
    ("added", "new people"),
    ("subscribed", "known people new to the list"),
    ("confirmed", "confirmed by the stated consent"),
    ("known", "on the list already"),
    ("updated", "people's details filled up"),
    ("duplicates", "repeated in the file"),
    ("opted_out", "had left or bounced, now suppressed"),
    ("suppressed", "suppressed here, not added"),
    ("left_out", "deleted in the old system"),
    ("refused", "bad rows"),
)


def _tell(report: "Report", consent: str, dry_run: bool) -> None:
    from digest.cli import output

    system = f", as {report.system} writes it" if report.system else ""
    output.done(f"Read as {report.encoding}{system}:")
    for column, meaning in report.columns.explained():
        output.done(f"  {column} → {'left out' if meaning == '-' else meaning}")
    if report.resumed_at:
        output.done(f"An interrupted import went on after row {report.resumed_at}.")
    output.done(f"{report.rows} rows{', nothing kept (dry run)' if dry_run else ''}:")
    for kind, words in _KINDS:
        if report.counts[kind]:
            output.done(f"  {report.counts[kind]} {words}")
    for item in report.refused:
        output.warn(f"line {item.line}: {item.problem}")
    if report.rejects:
        output.done(f"The rows set aside are in {report.rejects}; mend them and import that file.")
    if not consent and (report.counts["added"] or report.counts["subscribed"]):
        output.warn("without --consent the new people stay unconfirmed and are not mailed.")
