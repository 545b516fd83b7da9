"""`digest outbox status`: what was handed over for sending, how far it is, and how fast."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from digest.actions.context import Context
    from outbox.speed import Speed
    from outbox.status import Complaint, DomainStatus, MailingStatus

LOOK_SECONDS = 1.0
ALWAYS = 7
"""Columns that a terminal shows in any case; the others only where something stands in them."""
COLUMNS = [
    "No.#",
    "Of",
    "State",
    "Recipients#",
    "Sent#",
    "Open#",
    "Failed#",
    "Suppressed#",
    "Expired#",
    "Uncertain#",
    "Called spam#",
    "A second#",
    "Left",
]


@dataclass(frozen=True)
class _Seen:
    """What one look found; domains and words only of a single mailing, or of those that are not over."""

    mailings: "Sequence[tuple[MailingStatus, Speed]]"
    domains: "Sequence[DomainStatus]"
    words: "Sequence[Complaint]"


def status(
    mailing: int | None = typer.Argument(None, help="Only this mailing, with what the servers said."),
    follow: bool = typer.Option(False, "--follow", "-f", help="Show it anew each second until it is over."),
    as_json: bool = typer.Option(False, "--json", help="For programs."),
) -> None:
    """Mailings with the balance of their deliveries; one mailing with its domains and the servers' words."""
    from digest.actions.context import open_context
    from digest.cli import output

    with open_context() as context:
        if follow:
            _follow(context, mailing)
            return
        seen = _look(context, mailing)
    if as_json:
        shown = [_facts(*one) for one in seen.mailings]
        output.json(shown if mailing is None else {**shown[0], **_details(seen)})
        return
    rows = [_row(*one) for one in seen.mailings]
    output.table(
        "Outbox",
        *(_filled(rows) if output.is_terminal() else (COLUMNS, rows)),
        empty="Nothing was handed to the outbox yet.",
    )
    for line in _remarks(seen):
        output.done(line)
    if seen.domains:
        output.table("Domains", *_domains(seen))
    if seen.words:
        output.table("What the servers said", *_words(seen))


def _follow(context: "Context", mailing: int | None) -> None:
    """Look each second, or less often where looking takes long, until nothing is being sent."""
    from digest.cli import output

    if not output.is_terminal():
        while (seen := _look(context, mailing, running=True)).mailings:
            for one in seen.mailings:
                output.done("\t".join(map(str, _row(*one))))
            if not _goes_on(seen):
                return
            time.sleep(LOOK_SECONDS)
        return
    from rich.live import Live

    with Live(auto_refresh=False) as live:
        while True:
            began = time.monotonic()
            seen = _look(context, mailing, running=True)
            live.update(_picture(seen), refresh=True)
            if not _goes_on(seen):
                return
            time.sleep(max(LOOK_SECONDS, 5 * (time.monotonic() - began)))


def _goes_on(seen: _Seen) -> bool:
    return any(one.state.value == "sending" and one.balance.open for one, _ in seen.mailings)


def _look(context: "Context", mailing: int | None, *, running: bool = False) -> _Seen:
    from datetime import UTC, datetime

    from outbox.speed import speed
    from outbox.status import complaints, describe, domains, find, mailings

    now = datetime.now(UTC)
    with context.database.reading() as session:
        if mailing is None:
            found = list(mailings(session, unfinished=running))
        else:
            found = [describe(session, find(session, mailing))]
        detailed = found if mailing is not None or running else []
        return _Seen(
            [(one, speed(session, one.id, one.balance, now)) for one in found],
            [place for one in detailed for place in domains(session, one.id)],
            [word for one in detailed for word in complaints(session, one.id)],
        )


def _picture(seen: _Seen) -> Any:
    """The same as tables on a screen that is drawn anew."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    from digest.cli import output

    parts: list[Any] = []
    for one, pace in seen.mailings:
        gone = one.balance.recipients - one.balance.open
        parts.append(
            Text(
                f"Mailing {one.id}, {one.kind} {one.reference}, {one.state.value}: {gone:,} of "
                f"{one.balance.recipients:,}"
                + (f", {pace.rate:,.0f} a second, {_left(pace)} left" if _left(pace) else "")
            )
        )
        parts.append(ProgressBar(total=one.balance.recipients, completed=gone, width=60))
    parts.append(output.drawn("", *_filled([_row(*one) for one in seen.mailings])))
    if seen.domains:
        parts.append(output.drawn("Domains", *_domains(seen)))
    if seen.words:
        parts.append(output.drawn("What the servers said", *_words(seen)))
    parts += [Text(line) for line in _remarks(seen)]
    return Group(*parts) if seen.mailings else Text("Nothing is being sent.")


def _filled(rows: list[tuple[object, ...]]) -> tuple[list[str], list[tuple[object, ...]]]:
    """Without the columns in which nothing stands: thirteen are too many for a terminal."""
    kept = [n for n in range(len(COLUMNS)) if n < ALWAYS or any(row[n] not in (0, "") for row in rows)]
    return [COLUMNS[n] for n in kept], [tuple(row[n] for n in kept) for row in rows]


def _remarks(seen: _Seen) -> list[str]:
    from outbox.complaints import in_words
    from outbox.tables import DeliveryState

    lines = []
    for one, _ in seen.mailings:
        said = one.reason or in_words(one.complaints, one.balance[DeliveryState.SENT])
        if said:
            lines.append(f"{one.id}: {said}")
    return lines


def _domains(seen: _Seen) -> tuple[list[str], list[tuple[object, ...]]]:
    return ["Domain", "Recipients#", "Sent#", "Waiting#", "Failed#"], [
        (place.domain, place.recipients, place.sent, place.waiting, place.failed) for place in seen.domains
    ]


def _words(seen: _Seen) -> tuple[list[str], list[tuple[object, ...]]]:
    return ["Count#", "State", "Reply"], [
        (word.count, word.state, f"{word.code or ''} {word.reply}".strip()) for word in seen.words
    ]


def _row(one: "MailingStatus", pace: "Speed") -> tuple[object, ...]:
    from outbox.tables import DeliveryState as State

    counted = one.balance
    return (
        one.id,
        f"{one.kind} {one.reference}",
        one.state,
        counted.recipients,
        counted[State.SENT],
        counted.open,
        counted[State.FAILED],
        counted[State.SUPPRESSED],
        counted[State.EXPIRED],
        counted[State.UNCERTAIN],
        one.complaints,
        f"{pace.rate:,.0f}" if pace.seconds_left is not None else "",
        _left(pace),
    )


def _left(pace: "Speed") -> str:
    """The time left as hours, minutes and seconds; empty when nothing goes, or all that is open waits."""
    if pace.seconds_left is None:
        return ""
    minutes, seconds = divmod(round(pace.seconds_left), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _facts(one: "MailingStatus", pace: "Speed") -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "reference": one.reference,
        "state": one.state,
        "reason": one.reason,
        "date": one.date,
        "expires_at": one.expires_at,
        "finished_at": one.finished_at,
        "recipients": one.balance.recipients,
        "counts": {state.value: count for state, count in one.balance.counts.items()},
        "balances": one.balance.balances,
        "called_spam": one.complaints,
        "rate": round(pace.rate, 1),
        "seconds_left": round(pace.seconds_left) if pace.seconds_left is not None else None,
    }


def _details(seen: _Seen) -> dict[str, object]:
    return {
        "errors": [
            {"state": word.state, "code": word.code, "reply": word.reply, "count": word.count}
            for word in seen.words
        ],
        "domains": [
            {
                "domain": place.domain,
                "recipients": place.recipients,
                "sent": place.sent,
                "waiting": place.waiting,
                "failed": place.failed,
            }
            for place in seen.domains
        ],
    }
