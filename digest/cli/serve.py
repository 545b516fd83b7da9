"""`digest serve`: the web pages alone."""

import typer

app = typer.Typer(help="The web pages alone.")


@app.command()
def serve(
    host: str = typer.Option("", "--host", help="Listen here instead of the setting [web] host."),
    port: int = typer.Option(-1, "--port", help="Listen here instead of the setting [web] port."),
) -> None:
    """Serve the public pages until Ctrl-C: sign up, confirm, choose, leave, read."""
    from importlib import import_module

    import uvicorn

    from digest.actions.context import open_context
    from digest.actions.listening import listen, web_config
    from digest.cli import output
    from outbox.collecting import WITH_PAGES, rare_collections

    with open_context() as context:
        web = context.settings.web
    web = web.model_copy(update={"host": host or web.host, "port": web.port if port < 0 else port})
    listening = listen(web)
    name, number = listening.getsockname()[:2]
    output.done(f"Serving on http://{name}:{number} – Ctrl-C ends.")
    import_module("digest.web.app")  # before the collector is told that what is there now stays
    with rare_collections(WITH_PAGES):
        uvicorn.Server(web_config(web, "digest.web.app:create_app")).run(sockets=[listening])
