"""Pictures of the issues, hosted by us: files whose name is their content's fingerprint, so never changed."""

import re

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from digest.actions.context import Context

_NAME = re.compile(r"[0-9a-f]{32}\.jpg").fullmatch


def show(request: Request) -> Response:
    """`/i/<name>`: the picture; 404 for any name that is none of ours."""
    context: Context = request.app.state.context
    name = request.path_params["name"]
    path = context.settings.pictures_folder / name
    if not _NAME(name) or not path.is_file():
        return PlainTextResponse("There is no such picture.\n", 404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return FileResponse(path, media_type="image/jpeg", headers=headers)
