"""People of a packed batch into the tables, by few statements: rules applied in SQL.

Where nobody is suppressed and no row speaks of somebody who left, they go straight into the
tables. Otherwise, and where somebody turns out to be known, they are staged in a temporary table; new
people and their memberships are then made by two INSERT … SELECT, and only people who are known
already are looked at one by one.
"""

from collections import Counter
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from subscribers.importing.known import end_known, meet_known
from subscribers.importing.packing import Part
from subscribers.importing.records import Told
from subscribers.importing.staging import is_sqlite, largest_id, place, stage
from subscribers.importing.target import STATE_OF, Target
from subscribers.suppression import EVERY_LIST, Reason
from subscribers.tables import SubscriptionState

_REASONS = {
    Told.LEFT: (Reason.UNSUBSCRIBED, False),
    Told.BOUNCED: (Reason.BOUNCED, True),
    Told.COMPLAINED: (Reason.COMPLAINED, True),
}
_KEPT = f"i.blocked = 0 AND i.told IN ('{Told.NOTHING}', '{Told.SUBSCRIBED}', '{Told.PENDING}')"
_KEPT_WITH_ENDED = "i.blocked = 0"


def store(
    session: Session, part: Part, target: Target, moment: Any, *, straight: bool = True
) -> Counter[str]:
    """Store people; how many records were added, known, suppressed and so on.

    `moment` is the import's own, in the form in which raw SQL takes it. `straight` says that nobody
    among them is likely to be known; it is only a matter of speed.
    """
    counts: Counter[str] = Counter()
    ended = {Told(word) for word in part.wishes} & set(_REASONS)
    suppressions = session.execute(text("SELECT EXISTS (SELECT 1 FROM suppression)")).scalar_one()
    before = largest_id(session)
    added = None
    if straight and not ended and not suppressions:
        added = place(session, part, before)
        if added == part.count:
            return Counter(added=added)
    stage(session, part)
    if ended and not target.own:
        counts["opted_out"] = _suppress(session, ended, target, moment)
    if suppressions or counts["opted_out"]:
        counts["suppressed"] = _block(session, target)
    kept = _KEPT_WITH_ENDED if target.own else _KEPT
    values = {"list": target.list_id, "run": target.run_id, "now": moment, "before": before}
    wanted = session.execute(text(f"SELECT count(*) FROM incoming i WHERE {kept}")).scalar_one()  # noqa: S608
    if added is None:
        added = _add_new(session, kept, values)
    counts["added"] = added
    _subscribe_new(session, target, values)
    if added < wanted:
        counts += meet_known(session, kept, target, before)
    if ended and not target.own:
        end_known(session, ended, target)
    return counts


def _add_new(session: Session, kept: str, values: dict[str, Any]) -> int:
    """Make the people of the staged rows who are not known; how many they are."""
    cast = "" if is_sqlite(session) else "::json"
    return int(
        session.execute(
            text(
                "INSERT INTO subscriber (id, email, address, fingerprint, name, language, timezone, topics, tags,"  # noqa: S608
                " attributes, created_at)"
                " SELECT i.id + :before, i.email, i.given, i.mark, i.name, i.language, i.timezone,"
                f" i.topics{cast}, i.tags{cast}, i.attributes{cast}, :now"
                f" FROM incoming i WHERE {kept} ORDER BY i.id ON CONFLICT (email) DO NOTHING"
            ),
            values,
        ).rowcount  # type: ignore[attr-defined]
    )


def _suppress(session: Session, ended: set[Told], target: Target, moment: Any) -> int:
    """Who left or bounced in the old system must not be mailed here; how many rows said so."""
    rows = 0
    for told in sorted(ended):
        reason, everywhere = _REASONS[told]
        session.execute(
            text(
                "INSERT INTO suppression (fingerprint, list_id, reason, created_at)"
                " SELECT DISTINCT i.mark, CAST(:scope AS INTEGER), :reason, :now FROM incoming i"
                " WHERE i.told = :told ON CONFLICT DO NOTHING"
            ).bindparams(
                scope=EVERY_LIST if everywhere else target.list_id,
                reason=reason.value,
                told=told.value,
                now=moment,
            )
        )
        rows += session.execute(
            text("SELECT count(*) FROM incoming WHERE told = :told"), {"told": told.value}
        ).scalar_one()
    return rows


def _block(session: Session, target: Target) -> int:
    """Mark the staged rows that are suppressed; how many of them wanted to be subscribed."""
    session.execute(
        text(
            "UPDATE incoming SET blocked = 1 WHERE EXISTS (SELECT 1 FROM suppression s"
            " WHERE s.fingerprint = incoming.mark AND s.list_id IN (0, :list))"
        ),
        {"list": target.list_id},
    )
    told = ", ".join(f"'{told}'" for told in _REASONS)
    condition = "blocked = 1" if target.own else f"blocked = 1 AND told NOT IN ({told})"
    return int(session.execute(text(f"SELECT count(*) FROM incoming WHERE {condition}")).scalar_one())  # noqa: S608


def _subscribe_new(session: Session, target: Target, values: dict[str, Any]) -> None:
    """Memberships of the people just made, who are known by the ids that were staged for them."""
    ended = " ".join(f"WHEN '{told}' THEN '{state}'" for told, state in STATE_OF.items())
    confirmed, unconfirmed = SubscriptionState.CONFIRMED, SubscriptionState.UNCONFIRMED
    pending = f"WHEN '{Told.PENDING}' THEN '{unconfirmed}'"
    # In a file of our own a confirmed person was confirmed here; what it does not say is as for all.
    subscribed = f"WHEN '{Told.SUBSCRIBED}' THEN '{confirmed}'" if target.own else ""
    state = f"CASE i.told {ended} {pending} {subscribed} ELSE :state END"
    never = f"i.told <> '{Told.PENDING}' AND ({state}) <> '{unconfirmed}'"
    moment = "" if is_sqlite(session) else "::timestamptz"
    session.execute(
        text(
            "INSERT INTO subscription (subscriber_id, list_id, state, consent, requested_at, confirmed_at,"  # noqa: S608
            " changed_at, left_at, requests, import_id)"
            f" SELECT s.id, CAST(:list AS INTEGER), {state}, substr(i.evidence, 1, 500),"
            " coalesce(i.requested_at, :now), "
            f" CASE WHEN {never} THEN coalesce(i.confirmed_at, :now) END, :now,"
            f" CASE WHEN i.told IN ({', '.join(repr(str(t)) for t in STATE_OF)}) THEN :now END{moment}, 0,"
            " CAST(:run AS INTEGER)"
            " FROM incoming i JOIN subscriber s ON s.id = i.id + :before"
        ),
        values | {"state": target.state.value},
    )
