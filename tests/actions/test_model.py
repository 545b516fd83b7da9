"""A language model behind a real endpoint: used when the article supports it, never when it lies."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from digest.actions.build import build
from digest.actions.context import Context
from digest.issues import find_issue, show
from digest.settings_model import Llm

from .conftest import NOW, add_articles, add_newsletter

STORY = (
    "Council votes for a new bridge",
    "The town council voted on Monday for a stone bridge over the Arpa river.",
)
TRUE = "On Monday the town council voted for a stone bridge over the Arpa river."


@dataclass
class Endpoint:
    """A `/v1/chat/completions` that says `answer`; what it was asked is kept."""

    url: str
    answer: str | bytes | int = TRUE
    delay: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            said.keys.append(self.headers.get("Authorization", ""))
            time.sleep(said.delay)
            status = said.answer if isinstance(said.answer, int) else 200
            message = {"choices": [{"message": {"role": "assistant", "content": said.answer}}]}
            content = said.answer if isinstance(said.answer, bytes) else json.dumps(message).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    Thread(target=server.serve_forever, daemon=True).start()
    yield said
    server.shutdown()
    server.server_close()


@pytest.fixture
def modelled(open_with: Callable[[str], Context], endpoint: Endpoint) -> Context:
    context = open_with("folder:mails/")
    llm = Llm(url=endpoint.url, model="small", key=SecretStr("secret-key"), timeout_seconds=1)
    context = replace(context, settings=context.settings.model_copy(update={"llm": llm}))
    add_newsletter(context)
    add_articles(context, [STORY])
    return context


def _item(context: Context) -> dict[str, Any]:
    build(context, "weekly", NOW)
    with context.database.reading() as session:
        (item,) = show.contents(find_issue(session))["items"]
    return dict(item)


def test_an_answer_that_the_article_supports_is_used_and_asked_for_once(
    modelled: Context, endpoint: Endpoint
) -> None:
    item = _item(modelled)
    assert (item["summary"], item["method"], item["refused"]) == (TRUE, "model", {})
    assert endpoint.keys == ["Bearer secret-key"]
    assert endpoint.asked[0]["model"] == "small"
    assert _item(modelled)["summary"] == TRUE
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("The town council voted on Monday for 3 stone bridges over the Arpa river.", "3"),
        ("The town council of Gyumri voted on Monday for a stone bridge over the Arpa river.", "Gyumri"),
        ("On Tuesday the town council voted for a stone bridge over the Arpa river.", "Tuesday"),
        (
            "The council voted “by a wide margin, to loud applause” for a bridge over the Arpa.",
            "by a wide margin",
        ),
        ("See https://evil.example for the bridge over the Arpa river.", "link"),
        ("As an AI language model I cannot summarize the council's bridge.", "itself"),
        (
            "Der Stadtrat stimmte am Montag für eine neue Brücke über den Fluss Arpa und die Straße.",
            "language",
        ),
        ("He voted on Monday for a stone bridge over the Arpa river.", "points at"),
        ("The council voted. " * 60, "words"),
        ("", "empty"),
    ],
)
def test_an_answer_that_lies_is_refused_and_the_item_says_why(
    modelled: Context, endpoint: Endpoint, lie: str, reason: str
) -> None:
    endpoint.answer = lie
    item = _item(modelled)
    assert item["method"] != "model"
    assert item["summary"] != lie
    assert any(reason in one for one in item["refused"]["reasons"]), item["refused"]
    assert item["refused"]["answer"] == " ".join(lie.split()) or lie.startswith("See")


@pytest.mark.parametrize(
    ("answer", "delay", "reason"),
    [
        (500, 0.0, "answered 500"),
        (b"<html>", 0.0, "could not be asked"),
        (b"{}", 0.0, "no choices"),
        (TRUE, 1.5, "1 seconds"),
    ],
)
def test_an_endpoint_that_fails_costs_nothing_but_its_answer(
    modelled: Context, endpoint: Endpoint, answer: str | bytes | int, delay: float, reason: str
) -> None:
    endpoint.answer, endpoint.delay = answer, delay
    item = _item(modelled)
    assert item["method"] != "model"
    assert item["summary"]
    assert any(reason in one for one in item["refused"]["reasons"]), item["refused"]


def test_the_budget_of_a_build_is_kept(modelled: Context, endpoint: Endpoint) -> None:
    llm = modelled.settings.llm
    assert llm is not None
    frugal = modelled.settings.model_copy(update={"llm": llm.model_copy(update={"questions": 1})})
    add_articles(
        modelled, [("Bakers light the winter ovens", "Twenty bakers lit the common ovens before dawn.")], 5
    )
    build(replace(modelled, settings=frugal), "weekly", NOW)
    assert len(endpoint.asked) == 1
    with modelled.database.reading() as session:
        reasons = [item["refused"].get("reasons", []) for item in show.contents(find_issue(session))["items"]]
    assert any("budget" in one for reason in reasons for one in reason)
