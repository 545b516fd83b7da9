"""The settings of sending become relays, keys and a pace."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from digest.actions import doctor, relays
from digest.actions.context import Context, open_context
from digest.migrations import upgrade
from digest.problem import Problem
from digest.settings import SettingsError, load
from outbox.pace import DomainLimit, WarmUp
from store import Database

KEYS = 'keys = ["k1:0123456789abcdef0123456789abcdef"]\n'
Install = Callable[[str], Path]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    def _install(text: str) -> Path:
        file = tmp_path / "digest.toml"
        file.write_text(KEYS + text, "utf-8")
        file.chmod(0o600)
        database = Database(f"sqlite:///{tmp_path / 'digest.sqlite3'}")
        upgrade(database)
        database.close()
        return file

    return _install


def key_file(folder: Path, mode: int = 0o600) -> Path:
    file = folder / "dkim.pem"
    file.write_bytes(
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    file.chmod(mode)
    return file


DKIM = '[[dkim]]\ndomain = "example.org"\nselector = "s1"\nkey_file = "dkim.pem"\n'


def test_several_relays_each_with_its_share(install: Install) -> None:
    file = install(
        '[smtp]\nurl = "smtps://me:secret@one.example.org"\nrate = 5\ntimeout_seconds = 20\n'
        '[[relays]]\nurl = "smtp://two.example.org"\nweight = 3\nconnections = 2\nca = "ca.pem"\n'
        'username = "me"\ntoken_file = "token"\nseconds_per_connection = 60\nmessages_per_connection = 10\n'
    )
    with open_context(file) as context:
        one, two = relays.relays(context)
    assert (one.host, one.weight, one.rate, one.timeouts.dot) == ("one.example.org", 1, 5.0, 40.0)
    assert (two.host, two.weight, two.connections, two.ca) == (
        "two.example.org",
        3,
        2,
        file.parent / "ca.pem",
    )
    assert (two.seconds_per_connection, two.messages_per_connection, two.timeouts.dot) == (60.0, 10, 40.0)
    assert two.token is not None
    assert two.token.file == file.parent / "token"


def test_relays_alone_stand_for_the_first_one_that_names_no_address(install: Install) -> None:
    file = install('[smtp]\nbounces = "b@example.org"\n[[relays]]\nurl = "smtp://localhost:25"\n')
    with open_context(file) as context:
        assert [one.label for one in relays.relays(context)] == ["localhost:25"]


def test_the_pace_is_as_it_was_written(install: Install) -> None:
    settings = load(
        install(
            '[pace]\nrate = 50\ndomain_connections = 5\ndomain_rate = 10\nhours = "08:00-20:00"\n'
            'timezone = "Asia/Yerevan"\nwarm_up = { day = 2026-12-01, first = 500 }\n'
            '[pace.domains."Example.com"]\nconnections = 2\nrate = 1\n'
        )
    )
    plan = relays.plan(settings)
    assert (plan.rate, plan.domain, plan.zone) == (50, DomainLimit(5, 10), "Asia/Yerevan")
    assert plan.domains == {"example.com": DomainLimit(2, 1)}
    assert plan.hours == (time(8), time(20))
    assert plan.warm_up == WarmUp(date(2026, 12, 1), 500, 1.5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[pace]\nhours = "8 to 20"', ["pace.hours", "08:00-20:00"]),
        ('[pace]\nhours = "08:00-08:00"', ["two different"]),
        ('[pace]\ntimezone = "Mars/North"', ["pace.timezone", "Mars/North"]),
        ("[pace]\nwarm_up = { day = 2026-12-01, frist = 5 }", ["pace.warm_up.f"]),
        ('[[relays]]\nurl = "ftp://x"', ["relays.url", "smtp://"]),
        ("[[relays]]\nwight = 2\nurl = 'smtp://x'", ["relays.wight", "weight"]),
        ('[pace.domains."a.example"]\nrat = 1', ["rat"]),
        ('[[dkim]]\ndomain = "nodot"\nselector = "s"\nkey_file = "k"', ["dkim.domain", "nodot"]),
        (
            '[smtp]\nurl = "smtps://x"\nusername = "me"\npassword = "hunter2"\ntoken = "t0ken"',
            ["token and password are two ways"],
        ),
        ('[smtp]\nurl = "smtps://x"\ntoken = "t0ken"', ["needs the username"]),
    ],
)
def test_what_is_wrong_is_named_without_secrets(install: Install, text: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(install(text))
    for word in words:
        assert word in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


def dkim_sign(context: Context) -> doctor.Sign:
    return next(sign for sign in doctor.examine(context) if sign.part == "DKIM")


def test_the_doctor_compares_the_key_with_what_dns_has(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = install(DKIM)
    key_file(file.parent)
    with open_context(file) as context:
        (key,) = relays.dkim_keys(context.settings)
        for records, well, words in (
            ([], False, f"no key at s1._domainkey.example.org. Publish there, as TXT: {key.record}"),
            (["v=DKIM1; k=ed25519; p=c29tZXRoaW5nIGVsc2U="], False, "another key"),
            (["v=spf1 -all", key.record], True, "s1._domainkey.example.org is published"),
        ):
            monkeypatch.setattr(doctor, "texts", lambda name, found=records: found)
            assert (dkim_sign(context).well, words in dkim_sign(context).words) == (well, True)


def test_the_doctor_minds_a_key_that_others_can_read(install: Install) -> None:
    file = install(DKIM)
    key_file(file.parent, 0o644)
    with open_context(file) as context:
        assert dkim_sign(context).words.startswith("The DKIM key dkim.pem can be read by others. Run `chmod")


def test_a_key_file_that_is_missing_stops_before_anything_is_sent(install: Install) -> None:
    with open_context(install(DKIM)) as context, pytest.raises(Problem, match=r"dkim\.pem cannot be read"):
        relays.dkim(context.settings)


def test_without_a_key_the_relay_has_to_sign(install: Install) -> None:
    with open_context(install("")) as context:
        assert relays.dkim(context.settings) is None
        assert "relay has to sign" in dkim_sign(context).words
