"""Hosted pictures of issues: small files that never change under their names."""

import re

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from digest.actions.context import Context

_NAME = re.compile(r"[0-9a-f]{32}\.jpg")


def show(request: Request) -> Response:
    """The picture of this name, kept by whoever fetched it: its name is made of its content."""
    context: Context = request.app.state.context
    name = request.path_params["name"]
    path = context.settings.pictures_folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        return Response(status_code=404)
    return FileResponse(
        path,
        media_type="image/jpeg",
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )
