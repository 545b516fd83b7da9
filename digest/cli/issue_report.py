"""`digest issue report`: how an issue fared."""

from digest.cli.issue_make import ISSUE, JSON


def report(issue: str = ISSUE, as_json: bool = JSON) -> None:
    """Show what was delivered, and clicks and opens where they are counted, people and machines apart."""
    from digest.actions.context import open_context
    from digest.actions.report import report as make
    from digest.cli import output
    from digest.tracking.modes import Mode

    with open_context() as context:
        found = make(context, issue)
    if as_json:
        output.json(found.to_json())
        return
    output.done(f"{found.name} is {found.state}.")
    output.facts(
        [
            ("Recipients", f"{found.standing.recipients:,}"),
            *((state.value.capitalize(), f"{count:,}") for state, count in found.standing.counts.items()),
        ]
    )
    if found.standing.warning:
        output.warn(found.standing.warning)
    sums = found.sums
    if found.opens is Mode.OFF:
        output.done("Opens are not counted.")
    else:
        who = f" by {sums.opened_by:,} readers" if sums.opened_by is not None else ""
        output.done(
            f"Opened {sums.opens_people:,} times{who}, and {sums.opens_machines:,} times by machines."
        )
    if found.clicks is Mode.OFF:
        output.done("Clicks are not counted.")
        return
    people, machines = (
        sum(one.people for one in sums.links), sum(one.machines for one in sums.links)
    )  # fmt: skip
    who = f" by {sums.clicked_by:,} readers" if sums.clicked_by is not None else ""
    output.done(f"Clicked {people:,} times{who}, and {machines:,} times by machines.")
    output.table(
        "Clicks",
        ["Link#", "People#", *(["Readers#"] if sums.clicked_by is not None else []), "Machines#", "Address"],
        [
            (
                one.number,
                f"{one.people:,}",
                *([f"{one.readers:,}"] if one.readers is not None else []),
                f"{one.machines:,}",
                one.url,
            )
            for one in sorted(sums.links, key=lambda one: (-one.people, one.number))
        ],
        empty="It has no link that is counted.",
    )
