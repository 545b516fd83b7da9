"""`digest subscriber check`, `erase`, `suppress`, `purge`: a clean list and people's rights."""

from typing import Any

import typer

_JSON = typer.Option(False, "--json", help="For programs.")


def check(
    addresses: list[str] = typer.Argument(None, help="One address or more."),
    list_slug: str = typer.Option("", "--list", help="Everybody of this list."),
    dns: bool = typer.Option(False, "--dns", help="Ask the DNS whether the domains take mail."),
    as_json: bool = _JSON,
) -> None:
    """Tell which addresses cannot be mailed, and which may be wrong: slips, posts, duplicates, the silent."""
    from digest.cli import output
    from subscribers.addresses import AddressError, normalise, shown

    if bool(list_slug) == bool(addresses):
        raise typer.BadParameter("give addresses or --list")
    if list_slug:
        _check_list(list_slug, dns, as_json)
        return
    results: list[dict[str, Any]] = []
    for text in addresses:
        try:
            address = normalise(text)
        except AddressError as error:
            results.append({"address": text, "valid": False, "problem": error.reason})
        else:
            results.append(
                {
                    "address": text,
                    "valid": True,
                    "mailed_as": address.given,
                    "same_as": address.email,
                    "shown": shown(address.given),
                    "findings": _findings(address.email, dns),
                }
            )
    if as_json:
        output.json_lines(results)
    for result in [] if as_json else results:
        if result["valid"]:
            output.done(f"{result['mailed_as']} can be mailed.")
            for finding in result["findings"]:
                output.done(f"  {finding['message']}")
        else:
            output.done(f"{result['address']!r} cannot be mailed: {result['problem']}")
    if not all(result["valid"] for result in results):
        raise typer.Exit(1)


def erase_person(address: str, as_json: bool = _JSON) -> None:
    """Remove a person from every table. The address stays suppressed, by fingerprint only."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.people import find_person
    from subscribers.personal import erase

    with open_context() as context, context.database.writing() as session:
        certificate = erase(session, find_person(session, address).id, now=datetime.now(UTC))
    if as_json:
        output.json(asdict(certificate))
        return
    output.done("Certificate of erasure")
    output.facts(
        [
            ("Erased at", f"{certificate.erased_at:%Y-%m-%d %H:%M} UTC"),
            ("Fingerprint that stays", certificate.fingerprint),
        ]
        + [(f"Rows of {table}", number) for table, number in certificate.removed.items()]
    )


def suppress_people(
    addresses: list[str] = typer.Argument(None, help="Addresses."),
    file: str = typer.Option("", "--file", help="A list: an address, or its MD5, SHA-1 or SHA-256, a line."),
    list_slug: str = typer.Option("", "--list", help="Only for this list."),
    lift: bool = typer.Option(False, "--lift", help="Let them be added again."),
) -> None:
    """Never mail these addresses again, whether they are known or not; or lift that."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.addresses import normalise
    from subscribers.lists import find_list
    from subscribers.suppression import EVERY_LIST, Reason, fingerprint, suppress
    from subscribers.suppression import lift as lift_suppression

    if bool(file) == bool(addresses) or (file and lift):
        raise typer.BadParameter("give addresses, or a list with --file to add")
    if file:
        _suppress_file(file, list_slug)
        return
    emails = [normalise(address).email for address in addresses]
    with open_context() as context, context.database.writing() as session:
        list_id = find_list(session, list_slug).id if list_slug else EVERY_LIST
        marks = [fingerprint(context.signer, email) for email in emails]
        if lift:
            number = sum(lift_suppression(session, mark, list_id=list_id or None) for mark in marks)
        else:
            number = suppress(session, marks, reason=Reason.MANUAL, now=datetime.now(UTC), list_id=list_id)
    output.done(
        f"{number} {'suppression' if number == 1 else 'suppressions'} {'lifted' if lift else 'added'}."
    )


def purge(
    ended_days: int = typer.Option(
        0, "--ended-days", help="Erase people who left everything so long ago; 0: nobody."
    ),
    as_json: bool = _JSON,
) -> None:
    """Forget what is older than its time: unconfirmed requests, old bounces and clicks."""
    from datetime import UTC, datetime, timedelta

    from digest.actions.context import open_context
    from digest.actions.forget import forget
    from digest.cli import output
    from subscribers.retention import Retention

    rule = Retention(ended=timedelta(days=ended_days) if ended_days else None)
    with open_context() as context, context.database.writing() as session:
        counts = forget(session, now=datetime.now(UTC), retention=rule)
    if as_json:
        output.json(counts)
    else:
        output.facts([(kind.capitalize(), number) for kind, number in counts.items()])


def _findings(email: str, dns: bool) -> list[dict[str, str]]:
    from dataclasses import asdict

    from subscribers.hygiene import findings, takes_mail

    return [asdict(one) for one in findings(email, takes_mail=takes_mail if dns else None)]


def _check_list(list_slug: str, dns: bool, as_json: bool) -> None:
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.exporting import people, rows
    from subscribers.hygiene import duplicates, silent
    from subscribers.lists import find_list
    from subscribers.tables import SubscriptionState

    with open_context() as context, context.database.reading() as session:
        list_id = find_list(session, list_slug).id
        found = [
            finding
            for person in rows(session, people(list_id, states=[SubscriptionState.CONFIRMED]))
            for finding in _findings(person["email"], dns)
        ]
        found += [
            {
                "email": group[1],
                "kind": "duplicate",
                "message": f"{', '.join(group)} may be one mailbox.",
                "suggestion": "",
            }
            for group in duplicates(session, list_id)
        ]
        found += [
            {
                "email": email,
                "kind": "silent",
                "message": "no sign of life for a year: ask again.",
                "suggestion": "",
            }
            for email in silent(session, list_id, now=datetime.now(UTC))
        ]
    if as_json:
        output.json_lines(found)
        return
    output.table(
        f"To look at in {list_slug}",
        ["Address", "What", "Why"],
        [[one["email"], one["kind"], one["message"]] for one in found],
        empty="Nothing to look at.",
    )


def _suppress_file(file: str, list_slug: str) -> None:
    from datetime import UTC, datetime
    from pathlib import Path

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.lists import find_list
    from subscribers.problem import SubscribersError
    from subscribers.suppression import EVERY_LIST
    from subscribers.suppression_lists import bring

    try:
        lines = Path(file).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SubscribersError(f"{file} cannot be read: {error}.", "Give a text file in UTF-8.") from None
    with open_context() as context, context.database.writing() as session:
        list_id = find_list(session, list_slug).id if list_slug else EVERY_LIST
        brought = bring(session, lines, signer=context.signer, now=datetime.now(UTC), list_id=list_id)
    output.done(f"{brought.added} suppressions added.")
    if brought.unmatched:
        output.done(f"{brought.unmatched} hashes are of nobody known here.")
    for number, problem in brought.refused[:20]:
        output.warn(f"line {number}: {problem}")
