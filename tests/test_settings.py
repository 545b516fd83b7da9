"""Settings are read from the file and the environment, and a wrong one is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digest.settings import SettingsError, load

KEYS = 'keys = ["k1:0123456789abcdef0123456789abcdef"]\n'


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str, mode: int = 0o600) -> Path:
        file = tmp_path / "digest.toml"
        file.write_text(text, "utf-8")
        file.chmod(mode)
        return file

    return _write


def test_the_defaults_need_only_a_key(write: Write) -> None:
    settings = load(write(KEYS))
    assert settings.database_url == f"sqlite:///{settings.folder}/digest.sqlite3"
    assert settings.smtp_url == f"folder:{settings.folder}/outbox-mail"
    assert settings.fetch.allow_private_networks is False


def test_the_environment_comes_first(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_SMTP__PASSWORD", "hunter2")
    monkeypatch.setenv("DIGEST_PUBLIC_URL", "https://news.example.org/")
    settings = load(
        write(KEYS + 'public_url = "http://other.example"\n[smtp]\nurl = "smtps://relay.example.org"')
    )
    assert settings.public_url == "https://news.example.org"
    assert settings.smtp.password is not None
    assert settings.smtp.password.get_secret_value() == "hunter2"


def test_secrets_do_not_show(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_SMTP__PASSWORD", "hunter2")
    shown = repr(load(write(KEYS))) + str(load(write(KEYS)).describe())
    assert "hunter2" not in shown
    assert "0123456789abcdef" not in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (KEYS + "smpt = 3", ["smpt", "Did you mean 'smtp'"]),
        (
            KEYS + "[fetch]\nallow_private_network = true",
            ["fetch.allow_private_network", "allow_private_networks"],
        ),
        (KEYS + "[web]\nport = 99999", ["web.port", "99999", "Example: port = 8025"]),
        (KEYS + '[smtp]\nurl = "ftp://relay"', ["smtp.url", "ftp://relay", "smtp://", "Example"]),
        (KEYS + 'public_url = "news.example.org"', ["public_url", "https://"]),
        ("", ["keys", "Example"]),
        ('keys = ["k1:short"]', ["keys", "32"]),
        ("keys = [", ["cannot be read"]),
    ],
)
def test_a_wrong_setting_is_named(write: Write, text: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(text))
    for word in words:
        assert word in str(caught.value)
    assert "k1:short" not in str(caught.value)


def test_a_file_with_secrets_that_others_can_read_is_refused(write: Write) -> None:
    with pytest.raises(SettingsError, match="chmod 600"):
        load(write(KEYS, 0o644))


def test_no_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="digest init"):
        load(tmp_path / "digest.toml")
