"""`digest issue list|show|explain`: what is in an issue, and why."""

from typing import TYPE_CHECKING

import typer

from digest.cli.issue_make import ISSUE, JSON

if TYPE_CHECKING:
    from datetime import datetime

    from digest.issues.missed import Missed


def list_issues(
    newsletter: str = typer.Argument("", metavar="[NEWSLETTER]"),
    limit: int = typer.Option(20, "--limit", min=1, max=1000),
    only_skipped: bool = typer.Option(
        False, "--skipped", help="The hours at which no issue was made, and why."
    ),
    as_json: bool = JSON,
) -> None:
    """List the latest issues, and the hours that have none; times are in each newsletter's zone."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import missed, newsletters, show

    with open_context() as context, context.database.reading() as session:
        of = newsletters.get(session, newsletter) if newsletter else None
        now = datetime.now(UTC)
        rows, hours = show.listing(session, of, limit), missed.listed(session, of, limit)
    if as_json:
        output.json([one.to_json() for one in hours] if only_skipped else rows)
        return
    if only_skipped:
        output.table(
            "Skipped",
            ["Newsletter", "Hour", "Decision", "Why"],
            [
                (one.newsletter, _local(one.slot, one.timezone), _kind(one, now), "; ".join(one.reasons))
                for one in hours
            ],
            empty="No hour was skipped.",
        )
        return
    output.table(
        "Issues",
        ["Issue", "State", "Items#", "Built", "Sent", "Subject"],
        [
            (
                f"{row['newsletter']}/{row['number']}",
                row["state"],
                row["items"],
                _local(row["built"], row["timezone"]),
                _local(row["sent"], row["timezone"]),
                row["subject"],
            )
            for row in rows
        ],
        empty="No issue yet: digest issue build.",
    )
    for one in hours[:3]:
        output.done(f"{one.newsletter}: {one.in_words(now)}")


def show_issue(issue: str = ISSUE, as_json: bool = JSON) -> None:
    """Show what stands in the issue."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import find_issue, show

    with open_context() as context, context.database.reading() as session:
        whole = show.whole(find_issue(session, issue))
    if as_json:
        output.json(whole)
        return
    output.facts(
        [
            ("Issue", f"{whole['newsletter']}/{whole['number']}"),
            ("State", whole["state"] + (f" (by {whole['approved_by']})" if whole["approved_by"] else "")),
            ("Subject", whole["subject"] + (" (edited)" if "subject" in whole["edited"] else "")),
            ("Preheader", whole["preheader"]),
            ("Intro", whole["intro"]),
            *(("Overridden", f"{one['rule']} by {one['by']}: {one['why']}") for one in whole["overridden"]),
        ]
    )
    output.table(
        "",
        ["#", "Section", "Headline", "Words#", "Score#", "Marks"],
        [
            (
                item["position"],
                item["section"],
                item["headline"],
                len(item["summary"].split()),
                f"{item['score']:.2f}",
                ", ".join(
                    (["pinned"] if item["pinned"] else []) + [f"{one} edited" for one in item["edited"]]
                ),
            )
            for item in whole["items"]
        ],
        empty="No items.",
    )
    for proposal in whole["subjects"]:
        output.done(f"Subject proposed ({proposal['length']} characters): {proposal['subject']}")


def explain(
    issue: str = ISSUE,
    chosen_only: bool = typer.Option(False, "--chosen", help="Only what is in the issue."),
    coming: bool = typer.Option(
        False, "--next", help="What a build would choose now, for a newsletter; stores nothing."
    ),
    as_json: bool = JSON,
) -> None:
    """Show for every candidate its score, the parts of it, and why it is in or out."""
    from datetime import UTC, datetime

    from digest.actions.build import explain_next
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import find_issue, show

    with open_context() as context, context.database.reading() as session:
        if coming:
            decision, found = explain_next(session, issue, datetime.now(UTC))
        else:
            stored = find_issue(session, issue)
            decision, found = stored.decision, show.explain(stored)
        verdicts = [one for one in found if one["chosen"] or not chosen_only]
    if as_json:
        output.json({"decision": decision, "verdicts": verdicts})
        return
    output.table(
        "Candidates",
        ["", "Score#", "Title", "Why", "Parts"],
        [
            (
                "in" if one["chosen"] else "out",
                f"{one['score']:.2f}",
                one["title"],
                one["reason"],
                " ".join(f"{name} {value:.2f}" for name, value in one["parts"].items() if value),
            )
            for one in verdicts
        ],
        empty="There was no candidate.",
    )
    for reason in decision.get("reasons", []):
        output.done(f"Decision: {reason}.")


def _kind(one: "Missed", now: "datetime") -> str:
    return f"{one.kind}, tried again" if one.until is not None and one.until > now else one.kind


def _local(moment: "datetime | str | None", timezone: str) -> str:
    from datetime import datetime

    from digest.schedule import zone

    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return f"{moment.astimezone(zone(timezone)):%Y-%m-%d %H:%M}" if moment else ""
