"""`digest schedule`: when a newsletter leaves."""

import typer

app = typer.Typer(no_args_is_help=True, help="When a newsletter leaves.")

_JSON = typer.Option(False, "--json", help="One JSON document.")


@app.command("set")
def set_schedule(
    slug: str = typer.Argument(help="The newsletter."),
    rule: str = typer.Argument(
        help='"thu 09:00", "weekdays 07:30", "monthly 1 09:00", or a cron expression.'
    ),
    timezone: str = typer.Option(None, "--tz", help="Asia/Yerevan …; the newsletter's own when not given."),
    automatic: bool = typer.Option(None, "--automatic/--by-hand", help="Send without approval, or not."),
    build_ahead: int = typer.Option(
        None, "--build-ahead", metavar="HOURS", help="Build the draft before its hour."
    ),
) -> None:
    """Let a newsletter leave at these hours of its zone; `digest run` keeps them."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import newsletters
    from digest.schedule import next_slots, parse, zone

    now = datetime.now(UTC)
    changes: dict[str, object] = {"schedule": rule}
    if timezone is not None:
        changes["timezone"] = timezone
    if automatic is not None:
        changes["automatic"] = automatic
    if build_ahead is not None:
        changes["build_ahead_hours"] = build_ahead
    with open_context() as context, context.database.writing() as session:
        newsletter = newsletters.get(session, slug)
        newsletters.edit(session, newsletter, changes)
        newsletter.slot_settled = now
        tz = zone(newsletter.timezone)
        (first,) = next_slots(parse(newsletter.schedule or ""), tz, now)
        how = "sent without approval" if newsletter.automatic else "built, and sent once approved"
        sentence = (
            f"{newsletter.title} leaves {parse(newsletter.schedule or '')} ({newsletter.timezone}), {how}."
        )
    output.done(sentence)
    output.done(f"First: {first.astimezone(tz):%a %d %b %Y %H:%M %Z}.")


@app.command("list")
def list_schedules(as_json: bool = _JSON) -> None:
    """List the newsletters with their schedules, the next date of each, and the last one where it was missed."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import missed, newsletters
    from digest.schedule import next_slots, parse, zone

    now = datetime.now(UTC)
    with open_context() as context, context.database.reading() as session:
        rows = []
        for one in newsletters.listed(session):
            if one.schedule:
                rule = parse(one.schedule)
                (first,) = next_slots(rule, zone(one.timezone), now)
                rows.append(
                    (one.slug, rule, one.timezone, one.automatic, first, missed.open_of(session, one))
                )
    if as_json:
        output.json(
            [
                {
                    "newsletter": slug,
                    "cron": rule.cron,
                    "timezone": tz,
                    "automatic": automatic,
                    "next": first,
                    "missed": last.to_json() if last else None,
                }
                for slug, rule, tz, automatic, first, last in rows
            ]
        )
        return
    output.table(
        "Schedules",
        ["Newsletter", "Leaves", "Zone", "Approval", "Next"],
        [
            (
                slug,
                rule,
                tz,
                "none" if automatic else "by an editor",
                f"{first.astimezone(zone(tz)):%a %d %b %H:%M}",
            )
            for slug, rule, tz, automatic, first, _ in rows
        ],
        empty='No schedule yet: digest schedule set weekly "thu 09:00".',
    )
    for slug, _, _, _, _, last in rows:
        if last is not None:
            output.done(f"{slug}: {last.in_words(now)}")


@app.command("next")
def next_dates(
    slug: str = typer.Argument("", help="May be left out when there is one newsletter only."),
    count: int = typer.Option(5, "--count", "-n", min=1, max=100),
    as_json: bool = _JSON,
) -> None:
    """Show the next dates of a newsletter, in its zone."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues.finding import find_newsletter
    from digest.schedule import ScheduleError, next_slots, parse, zone

    with open_context() as context, context.database.reading() as session:
        newsletter = find_newsletter(session, slug)
        if not newsletter.schedule:
            raise ScheduleError(
                f"{newsletter.title} has no schedule.",
                f'Set one: digest schedule set {newsletter.slug} "thu 09:00".',
            )
        tz = zone(newsletter.timezone)
        slots = next_slots(parse(newsletter.schedule), tz, datetime.now(UTC), count)
    local = [slot.astimezone(tz) for slot in slots]
    if as_json:
        output.json([slot.isoformat() for slot in local])
    else:
        for slot in local:
            output.done(f"{slot:%a %d %b %Y %H:%M %Z}")


@app.command("remove")
def remove(slug: str = typer.Argument(help="The newsletter.")) -> None:
    """Take a newsletter's schedule away; issues are then built and sent by hand."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import newsletters

    with open_context() as context, context.database.writing() as session:
        newsletters.edit(session, newsletters.get(session, slug), {"schedule": None})
    output.done(f"{slug} has no schedule any more.")
