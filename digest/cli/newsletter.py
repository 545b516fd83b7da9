"""`digest newsletter`: recurring publications."""

from typing import Any

import typer

from digest.cli.newsletter_preview import preview_theme

app = typer.Typer(no_args_is_help=True, help="Recurring publications and how they look.")
app.command("preview-theme")(preview_theme)

_JSON = typer.Option(False, "--json", help="One JSON document.")


@app.command("add")
def add(
    slug: str = typer.Argument(help="Short name, as in `weekly`."),
    title: str = typer.Option(..., "--title"),
    sender_address: str = typer.Option(..., "--sender-address", help="The address it comes from."),
    list_slug: str = typer.Option(
        "", "--list", help="The list it goes to; made when there is none of that name."
    ),
    postal_address: str = typer.Option("", "--postal-address"),
    language: str = typer.Option("en", "--language"),
    timezone: str = typer.Option("UTC", "--tz"),
    site_url: str = typer.Option("", "--site"),
    theme: str = typer.Option("classic", "--theme"),
) -> None:
    """Add a newsletter."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import newsletters
    from subscribers.lists import UnknownList, add_list, find_list

    now = datetime.now(UTC)
    with open_context() as context, context.database.writing() as session:
        try:
            mailing_list = find_list(session, list_slug or slug)
        except UnknownList:
            if list_slug:
                raise
            mailing_list = add_list(session, slug, now=now, name=title)
        newsletters.add(
            session,
            slug,
            title=title,
            sender_address=sender_address,
            list_id=mailing_list.id,
            now=now,
            postal_address=postal_address,
            language=language,
            timezone=timezone,
            site_url=site_url or None,
            theme=_known_theme(context.settings.own_themes, theme),
        )
        name = mailing_list.slug
    output.done(f"Added the newsletter {slug!r}, which goes to the list {name!r}.")


@app.command("list")
def list_newsletters(as_json: bool = _JSON) -> None:
    """List the newsletters."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import newsletters, show
    from digest.schedule import parse
    from subscribers.tables import MailingList

    with open_context() as context, context.database.reading() as session:
        found = newsletters.listed(session)
        if as_json:
            output.json([show.newsletter(one) for one in found])
            return
        rows = [
            (
                one.slug,
                one.title,
                session.get_one(MailingList, one.list_id).slug,
                one.language,
                one.theme,
                f"{parse(one.schedule)} ({one.timezone})" if one.schedule else "no schedule",
            )
            for one in found
        ]
    output.table(
        "Newsletters",
        ["Name", "Title", "List", "Language", "Theme", "Leaves"],
        rows,
        empty="No newsletter yet: digest newsletter add.",
    )


@app.command("show")
def show_newsletter(
    slug: str = typer.Argument("", help="May be left out when there is one only."), as_json: bool = _JSON
) -> None:
    """Show everything a newsletter is set to."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import show
    from digest.issues.finding import find_newsletter

    with open_context() as context, context.database.reading() as session:
        facts = show.newsletter(find_newsletter(session, slug))
    if as_json:
        output.json(facts)
    else:
        output.facts([(name.replace("_", " ").capitalize(), _shown(value)) for name, value in facts.items()])


@app.command("edit")
def edit(
    slug: str = typer.Argument("", help="May be left out when there is one only."),
    title: str = typer.Option(None, "--title"),
    sender_name: str = typer.Option(None, "--sender-name"),
    sender_address: str = typer.Option(None, "--sender-address"),
    reply_to: str = typer.Option(None, "--reply-to"),
    list_slug: str = typer.Option(None, "--list"),
    segment: str = typer.Option(
        None, "--segment", help="Only these of the list: a segment's name or an expression; empty: everybody."
    ),
    theme: str = typer.Option(None, "--theme"),
    language: str = typer.Option(None, "--language"),
    timezone: str = typer.Option(None, "--tz"),
    site_url: str = typer.Option(None, "--site"),
    postal_address: str = typer.Option(None, "--postal-address", help="Use \\n between its lines."),
    automatic: bool = typer.Option(
        None, "--automatic/--by-hand", help="Sent at its hour without approval, or not."
    ),
    build_ahead: int = typer.Option(
        None, "--build-ahead", metavar="HOURS", help="Build the draft before its hour."
    ),
    uncertain: str = typer.Option(None, "--uncertain", help="retry or hold."),
    clicks: str = typer.Option(None, "--clicks", help="Count clicks: off, counts (sums only) or persons."),
    opens: str = typer.Option(None, "--opens", help="Count opens: off, counts (sums only) or persons."),
    comment_links: str = typer.Option(
        None, "--comment-links", help="off, counted (stories with comments) or every story of its own site."
    ),
    policy: list[str] = typer.Option(
        None, "--policy", metavar="KEY=VALUE", help='items=12, window=7d, muted=["x"] …'
    ),
    brand: list[str] = typer.Option(
        None, "--brand", metavar="KEY=VALUE", help='accent="#0b5c8a" …; empty removes.'
    ),
) -> None:
    """Change what is given; everything is checked before anything is stored."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.cli import output
    from digest.issues import newsletters
    from digest.issues.finding import find_newsletter
    from digest.rendering import parse_brand
    from subscribers.lists import find_list
    from subscribers.segments.saved import condition

    given = {
        "title": title,
        "sender_name": sender_name,
        "sender_address": sender_address,
        "reply_to": reply_to,
        "theme": theme,
        "language": language,
        "timezone": timezone,
        "site_url": site_url,
        "postal_address": postal_address.replace("\\n", "\n") if postal_address else postal_address,
        "automatic": automatic,
        "build_ahead_hours": build_ahead,
        "uncertain": uncertain,
        "clicks": clicks,
        "opens": opens,
        "comment_links": comment_links,
        "segment": segment,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with open_context() as context, context.database.writing() as session:
        newsletter = find_newsletter(session, slug)
        if theme is not None:
            _known_theme(context.settings.own_themes, theme)
        if list_slug is not None:
            changes["list_id"] = find_list(session, list_slug).id
        if segment:
            condition(session, segment, now=datetime.now(UTC))
        if policy:
            changes["policy"] = _merged(newsletter.policy, policy)
        if brand:
            changes["brand"] = _merged(newsletter.brand, brand)
            parse_brand(changes["brand"])
        changed = newsletters.edit(session, newsletter, changes)
        name = newsletter.slug
    if changed:
        output.done(f"Changed of {name}: {', '.join(one.replace('_', ' ') for one in changed)}.")
    else:
        output.done(f"Nothing of {name} is different now.")


def _known_theme(own: Any, name: str) -> str:
    from digest.rendering import theme

    theme(name, own=own)
    return name


def _merged(stored: dict[str, Any], pairs: list[str]) -> dict[str, Any]:
    """The stored keys with KEY=VALUE over them; a value is TOML where it reads as such, else text."""
    merged = dict(stored)
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} has no '='; write KEY=VALUE.")
        if not value:
            merged.pop(key.strip(), None)
        else:
            merged[key.strip()] = _value(value)
    return merged


def _value(text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _shown(value: object) -> object:
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {one!r}" for key, one in value.items())
    return str(value).replace("\n", ", ") if value else ""
