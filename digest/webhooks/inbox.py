"""The reports of providers, waiting to have their effect: each once, however often it is sent."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from digest.webhooks.incoming.report import KEPT, Report
from digest.webhooks.tables import ReportState, WebhookReport


def put(session: Session, provider: str, reports: Iterable[Report], now: datetime, *, token: str = "") -> int:
    """Let reports wait; how many are new. With a `token` that came before, the whole request did."""
    if token and not _insert(session, provider, f"token/{token}", now, ReportState.DONE, {}):
        return 0
    return sum(
        _insert(session, provider, f"event/{one.event_id}", now, ReportState.WAITING, one.to_json())
        for one in reports
        if one.event_id and one.address
    )


def next_waiting(session: Session) -> WebhookReport | None:
    """The oldest report that nobody else has in hand; it stays locked until the transaction ends."""
    return session.scalar(
        select(WebhookReport)
        .where(WebhookReport.state == ReportState.WAITING)
        .order_by(WebhookReport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def done(row: WebhookReport, effect: str) -> None:
    """It had its effect: only its fingerprint stays, and nothing about a person."""
    row.state, row.effect, row.facts = ReportState.DONE, effect, {}


def forget(session: Session, now: datetime) -> int:
    """Delete the fingerprints that no provider will send again; how many."""
    gone = session.execute(
        delete(WebhookReport).where(
            WebhookReport.state == ReportState.DONE, WebhookReport.received_at < now - KEPT
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _insert(
    session: Session, provider: str, name: str, now: datetime, state: ReportState, facts: dict[str, Any]
) -> bool:
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(WebhookReport)
        .values(
            provider=provider,
            mark=sha256(name.encode()).hexdigest(),
            received_at=now,
            state=state,
            effect="",
            facts=facts,
        )
        .on_conflict_do_nothing(index_elements=["provider", "mark"])
        .returning(WebhookReport.id)
    )
    return session.scalar(statement) is not None
