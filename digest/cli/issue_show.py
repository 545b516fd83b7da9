"""`digest issue list|show|explain`: what is in an issue, and why."""

import typer

from digest.cli.issue_make import ISSUE, JSON


def list_issues(
    newsletter: str = typer.Argument("", metavar="[NEWSLETTER]"),
    limit: int = typer.Option(20, "--limit", min=1, max=1000),
    only_skipped: bool = typer.Option(
        False, "--skipped", help="The hours at which no issue was made, and why."
    ),
    as_json: bool = JSON,
) -> None:
    """List the latest issues, and the hours that were skipped."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import newsletters, show

    with open_context() as context, context.database.reading() as session:
        of = newsletters.get(session, newsletter) if newsletter else None
        rows, skipped = show.listing(session, of, limit), show.skipped(session, of, limit)
    if as_json:
        output.json(skipped if only_skipped else rows)
        return
    if only_skipped:
        output.table(
            "Skipped",
            ["Newsletter", "Hour", "Decision", "Why"],
            [
                (one["newsletter"], _day(one["slot"]), one["decision"], "; ".join(one["reasons"]))
                for one in skipped
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
                _day(row["built"]),
                _day(row["sent"]),
                row["subject"],
            )
            for row in rows
        ],
        empty="No issue yet: digest issue build.",
    )
    for one in skipped[:3]:
        output.done(f"No issue of {one['newsletter']} at {_day(one['slot'])}: {'; '.join(one['reasons'])}.")


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


def _day(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else ""
