"""`digest init`: set up an installation in a folder."""

import typer

app = typer.Typer(help="Set up an installation in this folder, from a site's address.")


@app.command()
def init(
    site_url: str = typer.Argument(
        "", metavar="[SITE_URL]", help="The newsroom's site; its feed and look are found."
    ),
    folder: str = typer.Option(".", "--dir", help="Where digest.toml goes."),
    slug: str = typer.Option(
        "weekly", "--newsletter", help="Short name of the first newsletter and its list."
    ),
    title: str = typer.Option("", "--title", help="Its title; the site's name when not given."),
    sender: str = typer.Option("", "--sender", help="The address it comes from."),
    postal_address: str = typer.Option(
        "", "--postal-address", help="Stands in every issue; the law asks for it."
    ),
    language: str = typer.Option("", "--language", help="en, hy, ru …; the site's when not given."),
    timezone: str = typer.Option("", "--tz", help="Asia/Yerevan …; this machine's when not given."),
    database: str = typer.Option(
        "sqlite:///digest.sqlite3", "--database", help="Or postgresql://user@host/name."
    ),
    smtp: str = typer.Option("folder:outbox-mail/", "--smtp", help="The relay; a folder is a dry run."),
    public_url: str = typer.Option(
        "http://127.0.0.1:8025", "--public-url", help="Where readers reach the pages."
    ),
    private: bool = typer.Option(
        False, "--allow-private-networks", help="Let sources be on private addresses."
    ),
) -> None:
    """Make settings and database; with SITE_URL also a source, a list and a newsletter in the site's look."""
    from datetime import UTC, datetime
    from pathlib import Path

    from digest.actions.start import Wishes, start
    from digest.cli import output

    wishes = Wishes(
        slug=slug,
        title=title,
        sender=sender,
        postal_address=postal_address,
        language=language,
        timezone=timezone,
        database=database,
        smtp=smtp,
        public_url=public_url,
        allow_private_networks=private,
    )
    started = start(Path(folder), site_url, wishes, datetime.now(UTC))
    for sentence in started.made:
        output.done(sentence)
    for sentence in started.missing:
        output.done(f"Still to do: {sentence}")
    output.done("Next: digest fetch" if site_url else "Next: digest source add ADDRESS")
