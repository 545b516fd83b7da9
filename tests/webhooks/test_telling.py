"""Webhooks out, against real receivers: queued with the change, signed, tried again, given up."""

import asyncio
import base64
import hmac
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from digest.actions import leave, links
from digest.actions.announce import issue_sent
from digest.actions.context import Context
from digest.actions.webhook_out import Poster, Telling, secret_of, try_out
from digest.issues import Issue, newsletters
from digest.issues.finding import find_newsletter
from digest.settings import load
from digest.webhooks import endpoints, queue
from digest.webhooks.endpoints import EndpointError
from digest.webhooks.queue import Answer
from digest.webhooks.signing import SecretError
from digest.webhooks.tables import MessageState, WebhookEndpoint, WebhookMessage
from store import Database
from subscribers import personal, subscribing
from subscribers.addresses import normalise
from subscribers.lists import add_list, find_list
from subscribers.states import Change
from subscribers.subscribing import Proof, join

from .receiver import receiving

NOW = datetime.now(UTC) - timedelta(minutes=1)  # what is queued is sent by the real clock
ALL = ["subscribed", "unsubscribed", "bounced", "issue-sent"]


@pytest.fixture
def context(database: Database, tmp_path: Path) -> Context:
    path = tmp_path / "digest.toml"
    url = database.engine.url.render_as_string(hide_password=False)
    path.write_text(
        f'database = "{url}"\nkeys = ["k1:0123456789abcdef0123456789abcdef"]\n'
        "[fetch]\nallow_private_networks = true\n",
        "utf-8",
    )
    path.chmod(0o600)
    made = load(path)
    context = Context(made, database, made.signer)
    with database.writing() as session:
        mailing_list = add_list(session, "weekly", now=NOW)
        newsletters.add(
            session, "weekly", title="The Weekly", sender_address="news@example.org",
            list_id=mailing_list.id, now=NOW,
        )  # fmt: skip
    return context


def endpoint(context: Context, url: str, events: list[str] | None = None, **values: Any) -> int:
    with context.database.writing() as session:
        return endpoints.add(session, url, events or ALL, now=NOW, private_networks=True, **values).id


def subscribe(context: Context, address: str = "ani@example.org") -> int:
    with context.database.writing() as session:
        joined = join(
            session, find_list(session, "weekly"), normalise(address), Change.STATE, Proof("test"),
            signer=context.signer, now=NOW,
        )  # fmt: skip
        assert joined.subscriber_id
        return joined.subscriber_id


def messages(context: Context) -> list[WebhookMessage]:
    with context.database.reading() as session:
        return list(session.scalars(select(WebhookMessage).order_by(WebhookMessage.id)))


def tell(context: Context, **values: Any) -> list[str]:
    said: list[str] = []
    poster = Poster(private_networks=True, seconds=values.pop("seconds", 5))
    asyncio.run(Telling(context, said.append, poster=poster).once())
    return said


def make_due(context: Context) -> None:
    """As if the time for the next try had come."""
    with context.database.writing() as session:
        session.execute(update(WebhookMessage).values(due_at=NOW))
        session.execute(update(WebhookEndpoint).values(retry_at=None))


# What is queued.


def test_every_way_in_and_out_of_a_list_is_told(context: Context) -> None:
    number = endpoint(context, "https://crm.example.org/hook")
    ani, bob, eve = (subscribe(context, f"{name}@example.org") for name in ("ani", "bob", "eve"))
    with context.database.reading() as session:
        list_id = find_list(session, "weekly").id
    leave.leave_at_once(context, [context.signer.sign(links.LEAVE, list_id, ani)], NOW)
    with context.database.writing() as session:
        subscribing.bounce(session, bob, Proof("smtp"), now=NOW)
        subscribing.complain(session, eve, Proof("feedback loop"), now=NOW)
    told = [json.loads(one.body) for one in messages(context)]
    assert [(one["type"], one["data"]["subscriber"], one["data"]["reason"]) for one in told] == [
        ("subscribed", ani, "added"),
        ("subscribed", bob, "added"),
        ("subscribed", eve, "added"),
        ("unsubscribed", ani, "left"),
        ("bounced", bob, "bounced"),
        ("unsubscribed", eve, "complained"),
    ]
    assert {one.endpoint_id for one in messages(context)} == {number}


def test_no_more_is_told_of_a_person_than_asked_for(context: Context) -> None:
    endpoint(context, "https://one.example.org/hook", ["subscribed"])
    endpoint(context, "https://two.example.org/hook", ["subscribed"], addresses=True)
    subscribe(context)
    plain, whole = (json.loads(one.body)["data"] for one in messages(context))
    assert set(plain) == {"list", "subscriber", "reason"}
    assert set(whole) == {"list", "subscriber", "reason", "address"}
    assert whole["address"] == "ani@example.org"


def test_an_event_nobody_wants_is_not_queued(context: Context) -> None:
    endpoint(context, "https://crm.example.org/hook", ["bounced"])
    subscribe(context)
    assert messages(context) == []


def test_what_is_rolled_back_was_never_told(context: Context) -> None:
    endpoint(context, "https://crm.example.org/hook")
    ani = subscribe(context)
    before = len(messages(context))
    with suppress(RuntimeError), context.database.writing() as session:
        subscribing.bounce(session, ani, Proof("smtp"), now=NOW)
        session.flush()
        raise RuntimeError("the disk is full")
    assert len(messages(context)) == before


def test_a_request_alone_tells_nobody(context: Context) -> None:
    endpoint(context, "https://crm.example.org/hook")
    with context.database.writing() as session:
        join(
            session, find_list(session, "weekly"), normalise("new@example.org"), Change.REQUEST,
            Proof("person"), signer=context.signer, now=NOW,
        )  # fmt: skip
    assert messages(context) == []


def test_a_sent_issue_is_told_with_its_numbers_and_no_person(context: Context) -> None:
    endpoint(context, "https://crm.example.org/hook", ["issue-sent"])
    with context.database.writing() as session:
        issue = Issue(newsletter=find_newsletter(session), number=3, built_at=NOW, subject="Bridge opens")
        session.add(issue)
        session.flush()
        issue_sent(session, issue, 1200, NOW)
    (one,) = messages(context)
    assert json.loads(one.body)["data"] == {
        "newsletter": "weekly", "number": 3, "subject": "Bridge opens", "recipients": 1200,
    }  # fmt: skip


def test_erasing_a_person_takes_what_waits_about_them_along(context: Context) -> None:
    endpoint(context, "https://crm.example.org/hook", addresses=True)
    ani = subscribe(context)
    with context.database.writing() as session:
        assert "webhook_message" in personal.everything_about(session, ani)
        personal.erase(session, ani, now=NOW)
    assert messages(context) == []


# What is sent.


def test_a_message_arrives_signed_and_once(context: Context) -> None:
    with receiving() as receiver:
        number = endpoint(context, receiver.url)
        subscribe(context)
        tell(context)
        tell(context)
    ((headers, body),) = receiver.got
    with context.database.reading() as session:
        secret = secret_of(context, endpoints.find(session, number))
        standing = endpoints.standing(session, endpoints.find(session, number))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert headers["content-type"] == "application/json"
    assert abs(int(headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    assert (standing.sent, standing.waiting, standing.given_up) == (1, 0, 0)


def test_endpoints_have_different_secrets_and_the_database_holds_none(context: Context) -> None:
    first, second = (endpoint(context, f"https://{name}.example.org/") for name in ("one", "two"))
    with context.database.reading() as session:
        found = [endpoints.find(session, number) for number in (first, second)]
        one, two = (secret_of(context, each) for each in found)
        assert one != two
        assert base64.b64encode(one).decode() not in found[0].salt
        assert one.hex() not in found[0].salt


def test_the_secret_may_come_from_the_environment(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        number = endpoint(context, receiver.url, secret_variable="CRM_SECRET")
        subscribe(context)
        said = tell(context)
        assert receiver.got == []
        assert "CRM_SECRET" in said[0]
        monkeypatch.setenv("CRM_SECRET", "whsec_" + base64.b64encode(b"s" * 32).decode())
        make_due(context)
        tell(context)
    assert len(receiver.got) == 1
    monkeypatch.delenv("CRM_SECRET")
    with pytest.raises(SecretError, match="CRM_SECRET"):
        try_out(context, number, NOW)


def test_a_failure_is_tried_again_later_with_the_same_id_and_a_new_time(context: Context) -> None:
    with receiving(status=lambda count: 500 if count == 1 else 200) as receiver:
        number = endpoint(context, receiver.url)
        subscribe(context)
        said = tell(context)
        assert said == [f"Webhook {number} (127.0.0.1:{receiver.port}): answered 500."]
        tell(context)
        assert len(receiver.got) == 1
        with context.database.reading() as session:
            found = endpoints.find(session, number)
            assert (found.failures, found.trouble) == (1, "answered 500")
            assert found.retry_at
        make_due(context)
        tell(context)
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert receiver.got[0][1] == receiver.got[1][1]
    (message,) = messages(context)
    assert (message.state, message.attempts, message.trouble) == (MessageState.SENT, 2, "")


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_only_a_2xx_is_taken_and_nothing_is_followed(context: Context, status: int) -> None:
    with receiving() as elsewhere, receiving(status=status, location=elsewhere.url) as receiver:
        endpoint(context, receiver.url)
        subscribe(context)
        assert f"answered {status}" in tell(context)[0]
        assert elsewhere.got == []
    assert messages(context)[0].state == MessageState.QUEUED


def test_a_receiver_that_is_gone_for_good_is_not_asked_again(context: Context) -> None:
    with receiving(status=410) as receiver:
        number = endpoint(context, receiver.url)
        subscribe(context)
        tell(context)
    with context.database.reading() as session:
        assert endpoints.standing(session, endpoints.find(session, number)).given_up == 1


def test_after_three_days_a_message_is_given_up_and_the_list_shows_it(context: Context) -> None:
    number = endpoint(context, "http://127.0.0.1:9/hook")
    subscribe(context)
    with context.database.writing() as session:
        (due,) = queue.claim(session, NOW)[number]
    for days, waiting in ((2, 1), (3.1, 0)):
        with context.database.writing() as session:
            queue.settle(session, due, Answer(None, "refused"), NOW + timedelta(days=days), 0.5)
            found = endpoints.listed(session)[0].to_json()
        assert (found["waiting"], found["given_up"]) == (waiting, 1 - waiting)
        assert found["trouble"] == "refused"


def test_a_receiver_that_does_not_answer_costs_its_time_and_no_other_endpoints(context: Context) -> None:
    with receiving(wait=1.5) as slow, receiving() as quick:
        endpoint(context, slow.url)
        endpoint(context, quick.url)
        for name in ("ani", "bob", "eve"):
            subscribe(context, f"{name}@example.org")
        said = tell(context, seconds=0.5)
        assert len(quick.got) == 3
        assert len(slow.got) == 1
        assert ["no answer within 0.5 s" in one for one in said] == [True]


def test_a_receiver_that_is_away_is_a_sentence(context: Context) -> None:
    endpoint(context, "http://127.0.0.1:9/hook?key=abc")
    subscribe(context)
    (said,) = tell(context)
    assert "127.0.0.1:9" in said
    assert "abc" not in said


def test_what_was_claimed_by_somebody_who_died_is_sent_when_their_lease_ends(context: Context) -> None:
    with receiving() as receiver:
        endpoint(context, receiver.url)
        subscribe(context)
        now = datetime.now(UTC)
        with context.database.writing() as session:
            assert queue.claim(session, now)
        with context.database.writing() as session:
            assert queue.claim(session, now) == {}
            assert queue.claim(session, now + queue.LEASE)


def test_settled_messages_are_forgotten_and_waiting_ones_are_not(context: Context) -> None:
    with receiving() as receiver:
        endpoint(context, receiver.url)
        subscribe(context)
        tell(context)
        subscribe(context, "bob@example.org")
    with context.database.writing() as session:
        assert queue.forget(session, datetime.now(UTC) + queue.KEPT - timedelta(hours=1)) == 0
        assert queue.forget(session, datetime.now(UTC) + queue.KEPT + timedelta(hours=1)) == 1
    assert [one.state for one in messages(context)] == [MessageState.QUEUED]


def test_a_removed_endpoint_takes_its_messages_along(context: Context) -> None:
    number = endpoint(context, "https://crm.example.org/hook")
    subscribe(context)
    with context.database.writing() as session:
        (due,) = queue.claim(session, NOW)[number]
        session.delete(endpoints.find(session, number))
    with context.database.writing() as session:
        queue.settle(session, due, Answer(200), NOW, 0.5)
    assert messages(context) == []


def test_a_running_teller_stops_when_asked_and_has_sent_what_was_due(context: Context) -> None:
    with receiving() as receiver:
        endpoint(context, receiver.url)
        subscribe(context)

        async def run() -> None:
            telling = Telling(context, poster=Poster(private_networks=True))
            work = asyncio.create_task(telling.forever())
            for _ in range(200):
                if receiver.got:
                    break
                await asyncio.sleep(0.02)
            telling.stop()
            await asyncio.wait_for(work, 5)

        asyncio.run(run())
    assert len(receiver.got) == 1
    assert messages(context)[0].state == MessageState.SENT


# Where it may not lead.


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"]
)
def test_nothing_is_posted_into_the_own_network_unless_the_settings_allow(
    context: Context, host: str
) -> None:
    fetch = context.settings.fetch.model_copy(update={"allow_private_networks": False})
    closed = replace(context, settings=context.settings.model_copy(update={"fetch": fetch}))
    with receiving() as receiver:
        endpoint(context, f"https://{host}:{receiver.port}/hook")
        subscribe(context)
        said: list[str] = []
        asyncio.run(Telling(closed, said.append).once())
        assert receiver.got == []
    assert "not on the open internet" in said[0]


def test_a_name_that_leads_inside_is_refused_as_the_address_would_be(context: Context) -> None:
    async def inside(host: str, port: int) -> list[str]:
        return ["203.0.113.7", "127.0.0.1"]

    async def post() -> Answer:
        async with Poster(False, resolve=inside) as poster:
            return await poster.post("https://crm.example.org/", "{}", {})

    assert "not on the open internet" in asyncio.run(post()).trouble


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "https://",
        "example.org/hook",
        "https://user:secret@example.org/",
        "https://example.org/#x",
        "https://exa mple.org/",
        "https://example.org:port/",
        "file:///etc/passwd",
        "https://example.org/" + "x" * 2048,
    ],
)
def test_an_address_that_cannot_be_is_refused(context: Context, url: str) -> None:
    with pytest.raises(EndpointError), context.database.writing() as session:
        endpoints.add(session, url, ALL, now=NOW)


def test_without_https_only_the_own_network_is_told(context: Context) -> None:
    with pytest.raises(EndpointError, match="https"), context.database.writing() as session:
        endpoints.add(session, "http://example.org/hook", ALL, now=NOW)


@pytest.mark.parametrize("events", [[], ["opened"], ["subscribed", "everything"]])
def test_unknown_events_are_refused_with_the_known_ones(context: Context, events: list[str]) -> None:
    with pytest.raises(EndpointError, match="issue-sent"), context.database.writing() as session:
        endpoints.add(session, "https://example.org/hook", events, now=NOW)


@pytest.mark.parametrize("status, taken", [(200, True), (500, False)])
def test_a_test_message_says_what_came_back_and_queues_nothing(
    context: Context, status: int, taken: bool
) -> None:
    with receiving(status=status) as receiver:
        number = endpoint(context, receiver.url)
        found = try_out(context, number, datetime.now(UTC))
    assert found.answer.taken is taken
    assert json.loads(receiver.got[0][1])["type"] == "test"
    assert messages(context) == []


def test_an_address_is_shown_without_what_may_be_secret_in_it(context: Context) -> None:
    endpoint(context, "https://crm.example.org/hook?key=abc")
    with context.database.reading() as session:
        assert endpoints.listed(session)[0].to_json()["url"] == "https://crm.example.org/hook?…"
