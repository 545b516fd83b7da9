"""The local inbox: a page that shows each received mail as HTML, text and source."""

import re
from dataclasses import asdict
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from digest.demo.mailbox import Mail, formatted, read_mail, read_recipient

_PAGE = Path(__file__).parent / "pages"
_PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'"
# A mail is shown like in a mail program: pictures and styles, no scripts, no forms, an origin of its own.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; form-action 'none'"
)


def inbox_app(folder: Path) -> Starlette:
    """The page for the `.eml` files of `folder`; a file that arrives later is seen at the next look."""
    known: dict[str, Mail] = {}

    def mail(name: str) -> Mail:
        if name not in known:
            path = folder / name
            if not re.fullmatch(r"[a-z0-9-]+\.eml", name) or not path.is_file():
                raise HTTPException(404)
            known[name] = read_mail(path)
        return known[name]

    def page(file: str, kind: str) -> Route:
        def answer(request: Request) -> Response:
            headers = {"Content-Security-Policy": _PAGE_POLICY, "Referrer-Policy": "no-referrer"}
            return FileResponse(_PAGE / file, media_type=kind, headers=headers)

        return Route("/" if file == "inbox.html" else f"/{file}", answer)

    def mails(request: Request) -> Response:
        return JSONResponse([asdict(read_recipient(path)) for path in sorted(folder.glob("*.eml"))])

    def one(request: Request) -> Response:
        found = mail(request.path_params["name"])
        return JSONResponse(
            {
                "to": formatted(found.name, found.address),
                "from": found.sender,
                "subject": found.subject,
                "date": found.date,
                "size": found.size,
                "headers": found.headers,
                "text": found.text,
            }
        )

    def html(request: Request) -> Response:
        headers = {"Content-Security-Policy": _MAIL_POLICY, "X-Content-Type-Options": "nosniff"}
        return Response(_new_tab(mail(request.path_params["name"]).html), 200, headers, "text/html")

    def source(request: Request) -> Response:
        content = (folder / mail(request.path_params["name"]).file).read_bytes()
        return PlainTextResponse(content, headers={"X-Content-Type-Options": "nosniff"})

    return Starlette(
        routes=[
            page("inbox.html", "text/html"),
            page("inbox.css", "text/css"),
            page("inbox.js", "text/javascript"),
            Route("/mails.json", mails),
            Route("/mails/{name}/facts.json", one),
            Route("/mails/{name}/html", html),
            Route("/mails/{name}/source", source),
        ]
    )


def _new_tab(html: str) -> str:
    """The mail's links open beside the inbox, as in a mail program."""
    return re.sub(r"(<head[^>]*>)", r'\1<base target="_blank">', html, count=1, flags=re.IGNORECASE)
