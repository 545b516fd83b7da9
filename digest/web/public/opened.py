"""The pixel: one transparent dot, which a mail program asks for when a counted mail is opened."""

from starlette.requests import Request
from starlette.responses import Response

from digest.signing import BadToken
from digest.tracking.modes import Mode
from digest.web.public.click import Known, note

PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


async def show(request: Request) -> Response:
    """`/o/<issue>` and `/o/<issue>/<reader>`: the dot, whatever the token; a wrong one is not counted."""
    try:
        pixels: Known[tuple[int, Mode]] = request.app.state.pixels
        issue_id, mode = await pixels.of(request.path_params["issue"])
        note(request, issue_id, None, mode)
    except BadToken:
        pass
    headers = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(PIXEL, media_type="image/gif", headers=headers)
