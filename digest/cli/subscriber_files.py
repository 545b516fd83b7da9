"""`digest subscriber import` and `export`: people from a file and to one."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from subscribers.importing.run import Report

_LIST = typer.Option(..., "--list", help="The list.")


def import_file(
    file: str = typer.Argument(..., help="CSV, TSV or JSON lines."),
    list_slug: str = _LIST,
    consent: str = typer.Option("", "--consent", help="How these people consented. Without it: unconfirmed."),
    mapping: list[str] = typer.Option([], "--map", metavar="COLUMN=MEANING", help="May be repeated."),
    update: str = typer.Option("merge", "--update", metavar="merge|skip|replace", help="Known people."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Tell what would happen; change nothing."),
    strict: bool = typer.Option(False, "--strict", help="A single bad row undoes the whole import."),
    skip_bad: bool = typer.Option(False, "--skip-bad", help="Rows set aside are no failure: exit 0."),
    rejects: str = typer.Option("", "--rejects", help="Where bad rows go (default FILE.rejects.csv)."),
    encoding: str = typer.Option("", "--encoding", help="If the guess is wrong, as cp1251."),
    delimiter: str = typer.Option("", "--delimiter", help="If the guess is wrong."),
    as_json: bool = typer.Option(False, "--json", help="For programs."),
) -> None:
    """Bring people from a file. Bad rows are set aside in a file of their own, and make the command exit 1."""
    from datetime import UTC, datetime
    from pathlib import Path

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.importing.run import Options, examine, import_people
    from subscribers.importing.target import Update

    if update not in set(Update):
        raise typer.BadParameter(f"--update is merge, skip or replace, not {update!r}")
    path = Path(file)
    options = Options(
        consent=consent,
        update=Update(update),
        strict=strict,
        dry_run=dry_run,
        rejects=None if dry_run or strict else Path(rejects) if rejects else path.with_suffix(".rejects.csv"),
    )
    chosen = dict(_mapping(text) for text in mapping)
    separator = "\t" if delimiter in ("tab", "\\t") else delimiter
    with open_context() as context:
        source, columns = examine(
            path, mapping=chosen, encoding=encoding or None, delimiter=separator or None
        )
        with output.progress(f"Importing {path.name}", unit="rows") as advance:
            report = import_people(
                context.database,
                list_slug,
                source,
                columns,
                options,
                signer=context.signer,
                now=datetime.now(UTC),
                advance=lambda rows: advance(rows),
            )
    if as_json:
        output.json(_report(report, dry_run))
    else:
        _tell(report, consent, dry_run)
    if report.counts["refused"] and not skip_bad:
        raise typer.Exit(1)


def export(
    list_slug: str = typer.Option("", "--list", help="The list."),
    person: str = typer.Option(
        "", "--person", metavar="ADDRESS", help="All that is kept about one person, as JSON."
    ),
    suppressed: bool = typer.Option(False, "--suppressed", help="Who must not be mailed, for a provider."),
    hashed: str = typer.Option("", "--hash", metavar="md5|sha1|sha256", help="With --suppressed."),
    out: str = typer.Option("-", "--out", "-o", help="A file; - is standard output."),
    states: list[str] = typer.Option([], "--state", help="Only this state. May be repeated."),
    segment: str = typer.Option("", "--segment", help="Only these: a segment's name or an expression."),
    as_json: bool = typer.Option(False, "--json", help="JSON lines instead of CSV."),
) -> None:
    """Write the people of a list as CSV or JSON lines, which `import` takes back; or one person's data."""
    import sys
    from contextlib import ExitStack
    from datetime import UTC, datetime
    from pathlib import Path

    from digest.actions.context import open_context
    from digest.cli import output
    from subscribers.exporting import people, write_csv, write_json_lines
    from subscribers.lists import find_list
    from subscribers.segments.saved import condition
    from subscribers.suppression_lists import for_provider

    if bool(list_slug) + bool(person) + suppressed != 1:
        raise typer.BadParameter("give one of --list, --person and --suppressed")
    wanted = chosen_states(states)
    with ExitStack() as stack:
        context = stack.enter_context(open_context())
        session = stack.enter_context(context.database.reading())
        file = sys.stdout
        if out != "-":
            file = stack.enter_context(Path(out).open("w", encoding="utf-8", newline=""))
        if person:
            number = _write_person(session, person, file)
        elif suppressed:
            number = sum(1 for line in for_provider(session, hashed=hashed) if file.write(line + "\n"))
        else:
            query = people(
                find_list(session, list_slug).id,
                states=wanted,
                segment=condition(session, segment, now=datetime.now(UTC)) if segment else None,
            )
            number = (write_json_lines if as_json else write_csv)(session, query, file)
    if out != "-":
        output.done(f"{number} {'person is' if number == 1 else 'people are'} in {out}.")


def _mapping(text: str) -> tuple[str, str]:
    column, equals, meaning = text.rpartition("=")
    if not equals or not column or not meaning:
        raise typer.BadParameter(f"{text!r} is not COLUMN=MEANING, as in Mail=email")
    return column, meaning


def _write_person(session: Any, address: str, file: Any) -> int:
    import json

    from subscribers.people import find_person
    from subscribers.personal import everything_about

    found = everything_about(session, find_person(session, address).id)
    file.write(json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n")
    return 1


def _report(report: "Report", dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "system": report.system or "unknown",
        "encoding": report.encoding,
        "columns": dict(report.columns.explained()),
        "rows": report.rows,
        "resumed_at": report.resumed_at,
        **{kind: report.counts[kind] for kind, _ in _KINDS},
        "problems": [{"line": item.line, "problem": item.problem} for item in report.refused],
        "rejects": report.rejects,
    }


_KINDS = (
    ("added", "new people"),
    ("subscribed", "known people new to the list"),
    ("confirmed", "confirmed by the stated consent"),
    ("known", "on the list already"),
    ("updated", "people's details filled up"),
    ("duplicates", "repeated in the file"),
    ("opted_out", "had left or bounced, now suppressed"),
    ("suppressed", "suppressed here, not added"),
    ("left_out", "deleted in the old system"),
    ("refused", "bad rows"),
)


def _tell(report: "Report", consent: str, dry_run: bool) -> None:
    from digest.cli import output

    system = f", as {report.system} writes it" if report.system else ""
    output.done(f"Read as {report.encoding}{system}:")
    for column, meaning in report.columns.explained():
        output.done(f"  {column} → {'left out' if meaning == '-' else meaning}")
    if report.resumed_at:
        output.done(f"An interrupted import went on after row {report.resumed_at}.")
    output.done(f"{report.rows} rows{', nothing kept (dry run)' if dry_run else ''}:")
    for kind, words in _KINDS:
        if report.counts[kind]:
            output.done(f"  {report.counts[kind]} {words}")
    for item in report.refused:
        if not item.left_out:
            output.warn(f"line {item.line}: {item.problem}")
    if report.rejects:
        output.warn(f"the rows set aside are in {report.rejects}; mend them there and import that file.")
    if not consent and (report.counts["added"] or report.counts["subscribed"]):
        output.warn("without --consent the new people stay unconfirmed and are not mailed.")


def chosen_states(texts: list[str]) -> list[Any]:
    """The states of `--state`; wrong usage for a word that is none."""
    from subscribers.tables import SubscriptionState

    for text in texts:
        if text not in set(SubscriptionState):
            raise typer.BadParameter(f"--state is one of {', '.join(SubscriptionState)}, not {text!r}")
    return [SubscriptionState(text) for text in texts]
