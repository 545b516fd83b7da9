"""A rendition merges any recipient into one fixed message, and no value leaves its slot."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.slots import clean, marker
from outbox.problem import HeaderError, OutboxError
from outbox.quoted import tidy
from outbox.rendition import MessageFacts, Rendition, Splice, compile_rendition

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LINK = "https://news.example.org/u/k1.3w5e-11.Q0dBQkNERUZHSElKS0xNTg"


def facts(**changes: object) -> MessageFacts:
    usual = {
        "sender_name": "The Weekly",
        "sender_address": "weekly@news.example.org",
        "subject": "What happened",
        "date": NOON,
        "list_id": "weekly.news.example.org",
        "list_name": "The Weekly",
        "reply_to": "editor@example.org",
        "feedback_id": "42:weekly:issue:digest",
        "language": "hy",
    }
    return MessageFacts(**{**usual, **changes})  # type: ignore[arg-type]


def spliced(rendition: Rendition, name: str = "Ann", **values: str) -> bytes:
    return rendition.splice(
        Splice(
            "ann@example.org",
            name,
            "11.abc",
            {"name": name, "address": "ann@example.org", "unsubscribe_url": LINK, "web_url": "", **values},
            "leave+11-abc@news.example.org",
        )
    )


def parsed(wire: bytes) -> EmailMessage:
    message = message_from_bytes(wire, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(wire: bytes, kind: str) -> str:
    part = parsed(wire).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def assert_fit_for_the_wire(wire: bytes) -> None:
    assert wire.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", wire)
    head, _, rest = wire.partition(b"\r\n\r\n")
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))
    for line in rest.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
        assert line.isascii()


HTML = f'<p>Hello {marker("name")},</p>\n<a href="{marker("unsubscribe_url")}">Leave</a>\n'
TEXT = f"Hello {marker('name')},\n.a dot\nFrom here\n{marker('unsubscribe_url')}"


@given(name=st.text(max_size=200), link=st.text(max_size=300))
@settings(deadline=None)
@example(name="", link="000" + "\x80" * 8 + "\U00010000\U000100000")
def test_any_value_stays_inside_its_slot_and_is_read_as_it_was_given(name: str, link: str) -> None:
    rendition = compile_rendition(
        f"<p>before {marker('name')} after</p>", f"before {marker('web_url')} after", facts()
    )
    wire = spliced(rendition, name, web_url=link)
    assert_fit_for_the_wire(wire)
    shown = tidy(name).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = shown.replace('"', "&quot;").replace("'", "&#x27;")
    assert body(wire, "html") == f"<p>before {shown} after</p>"
    assert body(wire, "plain") == f"before {tidy(link)} after"
    assert parsed(wire).keys() == parsed(spliced(rendition)).keys()


@given(st.text(), st.text())
@settings(max_examples=100, deadline=None)
def test_any_body_is_decoded_as_it_was_given(html: str, text: str) -> None:
    wire = spliced(compile_rendition(clean(html), clean(text), facts()))
    assert_fit_for_the_wire(wire)
    for kind, given_text in (("html", html), ("plain", text)):
        expected = clean(given_text).replace("\r\n", "\n").replace("\r", "\n")
        part = parsed(wire).get_body((kind,))
        assert part is not None
        decoded = part.get_payload(decode=True)
        assert isinstance(decoded, bytes)
        assert decoded.decode().replace("\r\n", "\n") == expected.encode("utf-8", "replace").decode()


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
@settings(deadline=None)
def test_any_subject_and_name_come_back_and_cannot_add_a_header(subject: str) -> None:
    wire = spliced(compile_rendition("<p>x</p>", "x", facts(subject=subject)), name=subject)
    head = wire.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))
    message = parsed(wire)
    assert message["Subject"].split() == re.sub(" +", " ", subject).split()
    assert len(message.get_all("To")) == 1
    assert message["To"].addresses[0].addr_spec == "ann@example.org"


@pytest.mark.parametrize(
    "subject", ["Շաբաթվա գլխավոր լուրերը. " * 8, "أهم أخبار الأسبوع من يريفان " * 6, "A" * 500, "x " * 300]
)
def test_a_long_subject_is_folded_inside_the_limits_and_whole_again_when_read(subject: str) -> None:
    wire = spliced(compile_rendition("<p>x</p>", "x", facts(subject=subject)))
    lines = [line for line in wire.partition(b"\r\n\r\n")[0].split(b"\r\n") if b"List-Unsub" not in line]
    assert all(len(line) <= 76 for line in lines)
    assert parsed(wire)["Subject"] == subject.strip()


def test_structured_headers_are_never_encoded_however_long() -> None:
    link = "https://news.example.org/u/" + "a1B2-_." * 30
    wire = spliced(compile_rendition(HTML, TEXT, facts()), unsubscribe_url=link)
    head = wire.partition(b"\r\n\r\n")[0].decode()
    assert (
        f"List-Unsubscribe: <{link}>,\r\n <mailto:leave+11-abc@news.example.org?subject=unsubscribe>\r\n"
        in head
    )
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    assert "=?" not in head


def test_the_headers_are_those_of_bulk_mail_each_once() -> None:
    message = parsed(spliced(compile_rendition(HTML, TEXT, facts())))
    assert dict(message.items()) == {
        "From": "The Weekly <weekly@news.example.org>",
        "To": "Ann <ann@example.org>",
        "Subject": "What happened",
        "Date": "Thu, 26 Nov 2026 12:00:00 +0000",
        "Message-ID": "<11.abc@news.example.org>",
        "Reply-To": "editor@example.org",
        "List-Unsubscribe": f"<{LINK}>, <mailto:leave+11-abc@news.example.org?subject=unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": "The Weekly <weekly.news.example.org>",
        "List-Post": "NO",
        "Precedence": "bulk",
        "Feedback-ID": "42:weekly:issue:digest",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "hy",
        "MIME-Version": "1.0",
        "Content-Type": message["Content-Type"],
    }
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_mail_that_is_no_bulk_mail_has_no_list_headers() -> None:
    message = parsed(spliced(compile_rendition("<p>x</p>", "x", facts(list_id=None, one_click=False))))
    assert not [name for name in message if name.startswith("List-") or name == "Precedence"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "News\r\nBcc: all@example.org"),
        ("subject", "News\0"),
        ("sender_name", "Weekly\nX: y"),
        ("sender_address", "weekly@example.org\r\nX: y"),
        ("sender_address", "nobody"),
        ("reply_to", "a@b.org\r\nX: y"),
        ("list_id", "two words"),
        ("list_name", "Weekly\r\nX: y"),
        ("feedback_id", "42:\r\nX: y"),
        ("language", "hy\r\nX: y"),
        ("list_archive", "https://example.org/\r\nX: y"),
    ],
)
def test_a_line_break_in_a_header_is_refused(field: str, value: str) -> None:
    with pytest.raises(HeaderError):
        compile_rendition(HTML, TEXT, facts(**{field: value}))


@pytest.mark.parametrize(
    "link", ["https://x.org/\r\nX: y", "https://x.org/a>b", "https://օրինակ.հայ/", "https://x.org/a b"]
)
def test_a_link_that_cannot_stand_in_a_header_is_refused(link: str) -> None:
    with pytest.raises(HeaderError, match="List-Unsubscribe"):
        spliced(compile_rendition(HTML, TEXT, facts()), unsubscribe_url=link)


def test_the_same_recipient_gets_the_same_bytes_each_time() -> None:
    first = compile_rendition(HTML, TEXT, facts())
    again = Rendition.from_bytes(first.to_bytes())
    assert again == first
    assert spliced(again) == spliced(first) == spliced(first)


def test_it_says_which_values_it_needs() -> None:
    rendition = compile_rendition(f"{marker('web_url')}", "x", facts())
    assert rendition.slot_names == {"web_url", "unsubscribe_url"}


@pytest.mark.parametrize("stored", [b"", b"DIGEST-RENDITION-1\n\0\0\0\x02{}", b"DIGEST-RENDITION-9\n"])
def test_a_stored_rendition_that_is_cut_or_of_another_version_is_refused(stored: bytes) -> None:
    with pytest.raises(OutboxError, match="cannot be read"):
        Rendition.from_bytes(stored)


def test_what_is_stored_is_much_smaller_than_what_is_sent() -> None:
    rendition = compile_rendition("<p>The same words again.</p>\n" * 2000, TEXT, facts())
    assert len(rendition.to_bytes()) < len(spliced(rendition)) / 20


@pytest.mark.parametrize("length", range(140, 160))
def test_a_value_whose_last_line_is_just_full_stays_within_the_limit(length: int) -> None:
    wire = spliced(
        compile_rendition("<p>x</p>", f"{marker('web_url')}.", facts()), web_url="=" + "a" * length
    )
    assert_fit_for_the_wire(wire)
    assert body(wire, "plain") == "=" + "a" * length + "."
