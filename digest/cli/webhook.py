"""`digest webhook`: other programs that are told what happens here."""

import typer

app = typer.Typer(no_args_is_help=True, help="Other programs that are told what happens.")

_JSON = typer.Option(False, "--json", help="One JSON document.")
_NUMBER = typer.Argument(metavar="NUMBER", help="As `digest webhook list` shows it.")


@app.command("add")
def add(
    url: str = typer.Argument(help="Where messages are posted: https://example.org/hook."),
    events: str = typer.Option(
        ..., "--events", metavar="A,B", help="Of: subscribed, unsubscribed, bounced, issue-sent."
    ),
    addresses: bool = typer.Option(
        False, "--with-addresses", help="Tell the address too, not only the subscriber's number."
    ),
    secret_from: str = typer.Option(
        "", "--secret-from", metavar="VARIABLE", help="Take the secret from the environment, made by you."
    ),
    as_json: bool = _JSON,
) -> None:
    """Tell a program of events. Its secret is shown this once."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.webhook_out import secret_of
    from digest.cli import output
    from digest.webhooks import endpoints, signing

    with open_context() as context:
        with context.database.writing() as session:
            made = endpoints.add(
                session,
                url,
                [one.strip() for one in events.split(",") if one.strip()],
                now=datetime.now(UTC),
                addresses=addresses,
                secret_variable=secret_from or None,
                private_networks=context.settings.fetch.allow_private_networks,
            )
            secret = secret_of(context, made)
            told = endpoints.standing(session, made).to_json()
    if as_json:
        output.json(told | ({} if secret_from else {"secret": signing.written(secret)}))
        return
    output.done(f"Webhook {told['id']} tells {told['url']} of: {', '.join(told['events'])}.")
    if secret_from:
        output.done(f"Its messages are signed with the secret in {secret_from}.")
    else:
        output.done(f"Secret, shown only now: {signing.written(secret)}")
    output.done(f"Try it: digest webhook test {told['id']}")


@app.command("list")
def list_webhooks(as_json: bool = _JSON) -> None:
    """List the programs that are told, what waits for them and what was given up."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.webhooks import endpoints

    with open_context() as context, context.database.reading() as session:
        found = [one.to_json() for one in endpoints.listed(session)]
    if as_json:
        output.json(found)
        return
    output.table(
        "Webhooks",
        ["Webhook#", "Address", "Events", "Waiting#", "Sent#", "Given up#", "State"],
        [
            (
                one["id"],
                one["url"],
                ", ".join(one["events"]),
                one["waiting"],
                one["sent"],
                one["given_up"],
                f"failed {one['failures']} times: {one['trouble']}" if one["failures"] else "in order",
            )
            for one in found
        ],
        empty="Nobody is told: digest webhook add URL --events subscribed,unsubscribed.",
    )


@app.command("show")
def show(number: int = _NUMBER, as_json: bool = _JSON) -> None:
    """Show one webhook and what became of its latest messages."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.webhooks import endpoints, queue

    with open_context() as context, context.database.reading() as session:
        endpoint = endpoints.find(session, number)
        facts = endpoints.standing(session, endpoint).to_json()
        messages = [
            {
                "id": one.uid,
                "event": one.event,
                "state": str(one.state),
                "created": one.created_at.isoformat(),
                "attempts": one.attempts,
                "trouble": one.trouble,
            }
            for one in queue.latest(session, number)
        ]
    if as_json:
        output.json(facts | {"messages": messages})
        return
    output.facts(
        (name.replace("_", " ").capitalize(), ", ".join(value) if isinstance(value, list) else value)
        for name, value in facts.items()
    )
    output.table(
        "Latest messages",
        ["Message", "Event", "State", "Created", "Tries#", "Trouble"],
        [
            (one["id"], one["event"], one["state"], str(one["created"])[:16].replace("T", " "),
             one["attempts"], one["trouble"])
            for one in messages
        ],
        empty="No message yet.",
    )  # fmt: skip


@app.command("remove")
def remove(number: int = _NUMBER) -> None:
    """Tell a program nothing more; what waits for it is dropped."""
    from digest.actions.context import open_context
    from digest.cli import output
    from digest.webhooks import endpoints

    with open_context() as context, context.database.writing() as session:
        endpoint = endpoints.find(session, number)
        waiting = endpoints.standing(session, endpoint).waiting
        address = endpoints.shown(endpoint.url)
        session.delete(endpoint)
    dropped = f" {waiting:,} waiting messages are dropped." if waiting else ""
    output.done(f"Webhook {number} ({address}) is removed.{dropped}")


@app.command("test")
def send_test(number: int = _NUMBER) -> None:
    """Send one signed message of the type `test` now, and say what came back."""
    from datetime import UTC, datetime

    from digest.actions.context import open_context
    from digest.actions.webhook_out import try_out
    from digest.cli import output

    with open_context() as context:
        found = try_out(context, number, datetime.now(UTC))
    if not found.answer.taken:
        output.warn(f"{found.host} did not take it: {found.answer.trouble}.")
        raise typer.Exit(1)
    output.done(f"{found.host} took it (answered {found.answer.status}).")
