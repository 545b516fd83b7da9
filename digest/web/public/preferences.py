"""Preferences: what a person gets, how often, in which language; reached from the link of each mail."""

from datetime import UTC, datetime

from starlette.datastructures import FormData
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from digest.actions import move, own_data, preferences
from digest.actions.context import Context
from digest.signups.limits import Verdict
from digest.web.caller import caller, wake, written
from digest.web.pages import list_number, message_page, page
from subscribers.addresses import AddressError


class Preferences(HTTPEndpoint):
    """`/p/<token>`: GET and HEAD show, only POST acts."""

    def get(self, request: Request) -> Response:
        """The page with the choices; opening it changes nothing (standards 5.9)."""
        context, token = _asked(request)
        return _shown(context, token, preferences.look_at(context, token, datetime.now(UTC)))

    async def post(self, request: Request) -> Response:
        """Do what the pressed button says, effective before the answer."""
        context, token = _asked(request)
        async with request.form(max_files=0, max_fields=500) as form:
            preferences.check_form(context, token, str(form.get("form", "")))
            answer = await written(request, _act, context, token, form, caller(request))
        wake(request)
        return answer


def _act(context: Context, token: str, form: FormData, came_from: str) -> Response:
    now = datetime.now(UTC)
    match form.get("do"):
        case "move":
            return _move(context, token, str(form.get("address", "")), came_from, now)
        case "leave-all":
            return _shown(context, token, preferences.leave_all(context, token, now), done="left")
        case "download":
            return Response(
                own_data.my_data(context, token),
                media_type="application/json",
                headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
            )
        case "erase":
            return _erased(context, token, form, now)
    return _shown(context, token, preferences.save(context, token, _wish(form), now), done="saved")


def _move(context: Context, token: str, address: str, came_from: str, now: datetime) -> Response:
    try:
        verdict = move.ask(context, token, address, came_from, now)
        done, status = ("move", 200) if verdict in (Verdict.TAKE, Verdict.DROP) else ("full", 429)
    except AddressError:
        done, status = "bad-address", 422
    return _shown(context, token, preferences.look_at(context, token, now), done=done, status=status)


def _erased(context: Context, token: str, form: FormData, now: datetime) -> Response:
    """Erase only where the box was ticked: one slip of a thumb must not do it."""
    found = preferences.look_at(context, token, now)
    if form.get("sure") != "yes":
        return _shown(context, token, found, done="not-sure", status=422)
    own_data.erase_me(context, token, now)
    return message_page(
        found.look,
        "Your data is erased",
        "Nothing about you is kept but a fingerprint that cannot be read back, so that you are never mailed.",
    )


def _wish(form: FormData) -> preferences.Wish:
    return preferences.Wish(
        lists=[number for text in _texts(form, "list") if (number := list_number(text)) is not None],
        frequencies=_by_list(form, "frequency-"),
        pauses={
            list_id: None if text == "keep" else text for list_id, text in _by_list(form, "pause-").items()
        },
        topics=_texts(form, "topic"),
        language=str(form.get("language", "")),
    )


def _by_list(form: FormData, prefix: str) -> dict[int, str]:
    return {
        number: str(value)
        for key, value in form.multi_items()
        if key.startswith(prefix) and (number := list_number(key.removeprefix(prefix))) is not None
    }


def _texts(form: FormData, key: str) -> list[str]:
    return [value for value in form.getlist(key) if isinstance(value, str)]


def _shown(
    context: Context, token: str, found: preferences.Preferences, *, done: str = "", status: int = 200
) -> Response:
    return page(
        "preferences",
        found.look,
        status,
        found=found,
        done=done,
        form_token=preferences.form_token(context, token),
        pauses=PAUSE_WORDS,
    )


PAUSE_WORDS = {"2w": "For two weeks", "1m": "For a month", "3m": "For three months"}


def _asked(request: Request) -> tuple[Context, str]:
    return request.app.state.context, request.path_params["token"]
