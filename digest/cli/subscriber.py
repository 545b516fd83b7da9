"""`digest subscriber`: people on lists."""

from typing import Any

import typer

from digest.cli.subscriber_care import check, erase_person, purge, suppress_people
from digest.cli.subscriber_files import chosen_states, export, import_file
from digest.cli.subscriber_pause import pause_people, resume_people

app = typer.Typer(no_args_is_help=True, help="People: add, import, export, unsubscribe.")
_JSON = typer.Option(False, "--json", help="For programs.")
_LIST = typer.Option(..., "--list", help="The list.")


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


app.command("import")(import_file)
app.command("export")(export)


@app.command("list")
def list_people(
    list_slug: str = typer.Option("", "--list", help="The list; without it one list after the other."),
    states: list[str] = typer.Option([], "--state", help="Only this state. May be repeated."),
    limit: int = typer.Option(50, "--limit", min=1, help="At most so many."),
    as_json: bool = _JSON,
) -> None:
    """Show people, of a list or of all."""
    from itertools import islice

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.addresses import shown
    from subscribers.exporting import people, rows
    from subscribers.lists import every_list, find_list

    wanted = chosen_states(states)
    with open_context() as context, context.database.reading() as session:
        lists = [find_list(session, list_slug)] if list_slug else every_list(session)
        found = list(
            islice(
                (
                    {"list": one.slug, **person}
                    for one in lists
                    for person in rows(session, people(one.id, states=wanted).limit(limit))
                ),
                limit,
            )
        )
    if as_json:
        output.json_lines(found)
        return
    output.table(
        f"People of {list_slug}" if list_slug else "People",
        ["Address", "Name", "Language", "List", "State", "Tags"],
        [
            [shown(p["email"]), p["name"], p["language"], p["list"], p["state"], ", ".join(p["tags"])]
            for p in found
        ],
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
        ["List", "State", "Consent", "Confirmed", "Paused until"],
        [
            [
                one["list"],
                one["state"],
                one["consent"],
                _said(one["confirmed_at"]),
                _said(one["paused_until"]),
            ]
            for one in lists
        ],
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
    addresses: list[str] = typer.Argument(None, help="Addresses."),
    list_slug: str = typer.Option("", "--list", help="Everybody of this list."),
    segment: str = typer.Option("", "--segment", help="With --list: a segment's name or an expression."),
    add_tags: list[str] = typer.Option([], "--add", help="May be repeated."),
    remove_tags: list[str] = typer.Option([], "--remove", help="May be repeated."),
) -> None:
    """Add and remove tags, of people or of a segment."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.lists import find_list
    from subscribers.people import find_person, tag
    from subscribers.segments.saved import condition, everybody

    if bool(addresses) == bool(list_slug):
        raise typer.BadParameter("give addresses or --list")
    with open_context() as context, context.database.writing() as session:
        if list_slug:
            wanted = condition(session, segment, now=datetime.now(UTC)) if segment else None
            people = everybody(session, find_list(session, list_slug).id, wanted)
        else:
            people = [find_person(session, address).id for address in addresses]
        for subscriber_id in people:
            tag(session, subscriber_id, add=add_tags, remove=remove_tags)
    output.done(f"{len(people)} {'person is' if len(people) == 1 else 'people are'} tagged anew.")


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


app.command("pause")(pause_people)
app.command("resume")(resume_people)
app.command("suppress")(suppress_people)
app.command("erase")(erase_person)
app.command("purge")(purge)
app.command("check")(check)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:%Y-%m-%d %H:%M} UTC" if hasattr(value, "strftime") else str(value or "")
