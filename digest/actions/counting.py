"""Counting: clicks and opens held for some seconds, judged in each other's company, recorded many at a time."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from anyio import CapacityLimiter, to_thread
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from digest.actions.context import Context
from digest.actions.mailings import mailings_of
from digest.issues import Issue
from digest.tracking import machines, recording
from digest.tracking.machines import Hit
from digest.tracking.recording import Judged
from digest.tracking.tables import TrackedLink
from outbox.tables import Delivery, DeliveryState
from subscribers.tables import Subscriber

FLUSH_SECONDS = 1.0
MOST_WAITING = 20_000
"""Hits held in memory; what comes beyond them is led on, and not counted."""
MOST_AT_ONCE = 1_000

Company = Mapping[tuple[object, ...], list[Hit]]


class Counting:
    """Takes hits in without making anybody wait, and records them when their company is known.

    What a crash takes along is at most the hits of `machines.NEAR` and a second. To be used on one loop.
    """

    def __init__(self, context: Context, door: CapacityLimiter | None = None) -> None:
        self._context = context
        self._door = door
        self._waiting: deque[Hit] = deque()
        self._judged: deque[Hit] = deque()
        self._lately = machines.Lately()
        self._stopped = asyncio.Event()

    def add(self, hit: Hit) -> None:
        """Take a hit in, unless it repeats one of a moment ago; without any promise when there are too many."""
        if len(self._waiting) < MOST_WAITING and not self._lately.again(hit):
            self._waiting.append(hit)

    @property
    def waiting(self) -> int:
        """How many hits are not recorded yet."""
        return len(self._waiting)

    async def flush(self, now: datetime, *, everything: bool = False) -> int:
        """Judge and record the hits whose company is known by now, or `everything`; how many."""
        self._lately.forget(now)
        while self._judged and now - self._judged[0].at > 2 * machines.NEAR:
            self._judged.popleft()
        company = machines.together([*self._judged, *self._waiting])
        done = 0
        while ripe := self._ripe(now, everything):
            try:
                await to_thread.run_sync(keep, self._context, ripe, company, limiter=self._door)
            except IntegrityError:
                continue  # an issue or a person went this very moment; trying again would not bring them back
            except DBAPIError:
                self._waiting.extendleft(reversed(ripe))
                raise
            self._judged.extend(ripe)
            done += len(ripe)
        return done

    async def forever(self) -> None:
        """Record once a second until `stop`, and then everything. A busy database is asked again."""
        while not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), FLUSH_SECONDS)
            with contextlib.suppress(DBAPIError):
                await self.flush(datetime.now(UTC), everything=self._stopped.is_set())

    def stop(self) -> None:
        """End after recording what there is."""
        self._stopped.set()

    def _ripe(self, now: datetime, everything: bool) -> list[Hit]:
        ripe: list[Hit] = []
        while self._waiting and len(ripe) < MOST_AT_ONCE:
            if not everything and now - self._waiting[0].at < machines.NEAR:
                break
            ripe.append(self._waiting.popleft())
        return ripe


def keep(context: Context, hits: Collection[Hit], company: Company) -> None:
    """Judge these hits, each in the `company` of its visitor's others, and record them in one transaction."""
    with context.database.writing() as session:
        links = _links(session, {hit.issue_id for hit in hits})
        sent = _sent(session, hits)
        judged = [
            Judged(
                hit,
                machines.judge(
                    hit,
                    company.get(hit.visitor, [hit]),
                    links.get(hit.issue_id, 0),
                    sent.get((hit.issue_id, hit.subscriber_id)) if hit.subscriber_id is not None else None,
                ),
            )
            for hit in hits
            if hit.issue_id in links
        ]
        # Locked, so that nobody of them is erased before this is committed.
        known = session.scalars(
            select(Subscriber.id)
            .where(Subscriber.id.in_({hit.subscriber_id for hit in hits if hit.subscriber_id is not None}))
            .order_by(Subscriber.id)
            .with_for_update(read=True, key_share=True)
        )
        recording.record(session, judged, set(known))


def _links(session: Session, issue_ids: Iterable[int]) -> dict[int, int]:
    """How many counted links each of these issues has; an issue that is gone is not among them."""
    return {
        row[0]: row[1]
        for row in session.execute(
            select(Issue.id, func.count(TrackedLink.id))
            .outerjoin(TrackedLink, TrackedLink.issue_id == Issue.id)
            .where(Issue.id.in_(set(issue_ids)))
            .group_by(Issue.id)
        )
    }


def _sent(session: Session, hits: Iterable[Hit]) -> dict[tuple[int, int | None], datetime]:
    """When each reader's mail of each issue left. One whose sending is not recorded yet leaves this moment."""
    wanted = {(hit.issue_id, hit.subscriber_id): hit.at for hit in hits if hit.subscriber_id is not None}
    found: dict[tuple[int, int | None], datetime] = {}
    for issue_id in {issue for issue, _ in wanted}:
        readers = [person for issue, person in wanted if issue == issue_id]
        mailings = [mailing.id for mailing in mailings_of(session, issue_id)]
        for person, state, at in session.execute(
            select(Delivery.recipient_id, Delivery.state, Delivery.changed_at).where(
                Delivery.mailing_id.in_(mailings), Delivery.recipient_id.in_(readers)
            )
        ):
            if state == DeliveryState.SENT and at is not None:
                found[issue_id, person] = at
            elif state == DeliveryState.SENDING:
                found[issue_id, person] = wanted[issue_id, person]
    return found
