"""`digest subscriber pause` and `resume`: nothing is sent for a while, and nothing is lost."""

from datetime import datetime
from typing import Any

import typer

_ADDRESSES = typer.Argument(..., help="One address or more.")
_LIST = typer.Option("", "--list", help="This list; without it every list they get.")
_REASON = typer.Option("", "--reason", help="Kept in the history.")
_JSON = typer.Option(False, "--json", help="For programs.")


def pause_people(
    addresses: list[str] = _ADDRESSES,
    until: str = typer.Option(
        ..., "--until", metavar="DATE", help="The day on which mail comes again, as 2027-01-31 (0:00 UTC)."
    ),
    list_slug: str = _LIST,
    reason: str = _REASON,
    as_json: bool = _JSON,
) -> None:
    """Send people nothing until a day. It holds at once, also for messages that are still queued."""
    from datetime import UTC

    end = _day(until)
    if end <= datetime.now(UTC):
        raise typer.BadParameter(f"--until must lie ahead; {until} does not")
    said = f"until {end:%Y-%m-%d}" + (f": {reason}" if reason else "")
    _choose(addresses, list_slug, end, said, as_json)


def resume_people(
    addresses: list[str] = _ADDRESSES,
    list_slug: str = _LIST,
    reason: str = _REASON,
    as_json: bool = _JSON,
) -> None:
    """End a pause; the next mail comes as if there had been none."""
    _choose(addresses, list_slug, None, reason, as_json)


def _day(text: str) -> datetime:
    from datetime import UTC, date

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--until is a day as 2027-01-31, not {text!r}") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _choose(
    addresses: list[str], list_slug: str, until: datetime | None, evidence: str, as_json: bool
) -> None:
    """Set the end of the pause of all these memberships, in one transaction."""
    from datetime import UTC

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.choosing import pause
    from subscribers.lists import find_list
    from subscribers.people import find_person, memberships
    from subscribers.subscribing import Proof

    now, proof = datetime.now(UTC), Proof("admin", evidence)
    results: list[dict[str, Any]] = []
    with open_context() as context, context.database.writing() as session:
        if list_slug:
            find_list(session, list_slug)
        for address in addresses:
            person = find_person(session, address)
            found = [
                one
                for one in memberships(session, person.id)
                if one.subscription.state == "confirmed" and list_slug in ("", one.list)
            ]
            if not found:
                _refuse(address, list_slug)
            results += [
                {
                    "address": address,
                    "list": one.list,
                    "paused_until": until,
                    "changed": pause(session, person.id, one.subscription.list_id, until, proof, now=now),
                }
                for one in found
            ]
    if as_json:
        output.json_lines(results)
        return
    for result in results:
        was = "" if result["changed"] else " already"
        what = f"gets nothing until {until:%Y-%m-%d}" if until else "gets mail"
        output.done(f"{result['address']} {what} from {result['list']}{was}.")


def _refuse(address: str, list_slug: str) -> None:
    from subscribers.problem import SubscribersError

    raise SubscribersError(
        f"{address} gets nothing from {list_slug or 'any list'} that could be paused.",
        f"See `digest subscriber show {address}`.",
    )
