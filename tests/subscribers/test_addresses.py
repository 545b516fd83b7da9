"""Addresses: one person, one normal form, and nothing that could break a header or a command."""

import pytest

from subscribers.addresses import AddressError, normalise, shown


@pytest.mark.parametrize(
    ("typed", "email", "given"),
    [
        ("ani@example.com", "ani@example.com", "ani@example.com"),
        (" O.Brien@Example.NET ", "o.brien@example.net", "O.Brien@example.net"),
        ("reader@inbox.test", "reader@inbox.test", "reader@inbox.test"),
        ("user+tag@sub.mail.example", "user+tag@sub.mail.example", "user+tag@sub.mail.example"),
        ("anna@Почта.РФ", "anna@xn--80a1acny.xn--p1ai", "anna@xn--80a1acny.xn--p1ai"),
        ("anna@xn--80a1acny.xn--p1ai", "anna@xn--80a1acny.xn--p1ai", "anna@xn--80a1acny.xn--p1ai"),
        ("Անի@example.am", "անի@example.am", "Անի@example.am"),
        ("e\u0301va@example.com", "\u00e9va@example.com", "\u00e9va@example.com"),
        ('"plain"@example.com', "plain@example.com", "plain@example.com"),
    ],
)
def test_an_address_has_one_normal_form_and_keeps_its_own(typed: str, email: str, given: str) -> None:
    address = normalise(typed)
    assert (address.email, address.given) == (email, given)


def test_the_normal_form_of_a_normal_form_is_itself() -> None:
    for typed in ("Ani@EXAMPLE.com", "Անի@Почта.РФ", '"a b"@example.com'):
        email = normalise(typed).email
        assert normalise(email).email == email


@pytest.mark.parametrize(
    "typed",
    [
        "", "ani", "@example.com", "ani@", "ani@@example.com", "ani@example", "ani@test", "ani@example..com",
        "ani@-example.com", "ani@example.com.", ".ani@example.com", "ani example@example.com",
        "ani@[192.0.2.1]", "ani@example.123", "(comment)ani@example.com", "Ani <ani@example.com>",
        "ani@host.localhost", "ani@printer.local", "ani@hidden.onion", "ani@anything.invalid",
        "a" * 65 + "@example.com", "ani@" + "a." * 125 + "com", "ani@xn--0.tld", "ani＠example.com",
    ],
)  # fmt: skip
def test_what_cannot_be_mailed_is_refused(typed: str) -> None:
    with pytest.raises(AddressError) as caught:
        normalise(typed)
    assert caught.value.reason.strip()


@pytest.mark.parametrize("sign", ["\r", "\n", "\0", "\r\n", "\u2028", "\x7f"])
@pytest.mark.parametrize("place", ["{}ani@example.com", "ani{}@example.com", "ani@example.com{}"])
def test_a_control_character_is_refused_wherever_it_stands_and_never_printed(sign: str, place: str) -> None:
    with pytest.raises(AddressError) as caught:
        normalise(place.format(sign))
    assert caught.value.message.isprintable()


def test_an_endless_address_is_shown_short() -> None:
    with pytest.raises(AddressError) as caught:
        normalise("x" * 10_000)
    assert len(caught.value.message) < 300


def test_people_see_a_domain_in_their_own_script() -> None:
    assert shown("anna@xn--80a1acny.xn--p1ai") == "anna@почта.рф"
    assert shown("ani@example.com") == "ani@example.com"
    assert shown("ani@xn--.example") == "ani@xn--.example"
