"""The settings of webhooks in: from the file or the environment, and a wrong one never shows its secret."""

from pathlib import Path

import pytest

from digest.settings import SettingsError, load
from digest.settings_model import Settings


def loaded(folder: Path, hooks: str) -> Settings:
    path = folder / "digest.toml"
    path.write_text(f'keys = ["k1:0123456789abcdef0123456789abcdef"]\n{hooks}\n', "utf-8")
    path.chmod(0o600)
    return load(path)


def test_no_provider_is_listened_to_unless_it_is_named(tmp_path: Path) -> None:
    hooks = loaded(tmp_path, "").hooks
    assert [hooks.ses, hooks.postmark, hooks.mailgun, hooks.sendgrid, hooks.brevo] == [None] * 5


def test_a_secret_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_HOOKS__MAILGUN__SIGNING_KEY", "a-signing-key-of-mailgun")
    settings = loaded(tmp_path, "")
    assert settings.hooks.mailgun
    assert settings.hooks.mailgun.signing_key.get_secret_value() == "a-signing-key-of-mailgun"
    assert "a-signing-key" not in str(settings.describe())


@pytest.mark.parametrize(
    "written, key",
    [
        ('[hooks.postmark]\nsecret = "tooshort"', "hooks.postmark.secret"),
        ('[hooks.mailgun]\nsigning_key = "tooshort"', "hooks.mailgun.signing_key"),
        ('[hooks.sendgrid]\npublic_key = "tooshort"', "hooks.sendgrid.public_key"),
        ("[hooks.ses]\ntopics = []", "hooks.ses.topics"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example_and_not_shown(
    tmp_path: Path, written: str, key: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(tmp_path, written)
    assert key in str(refused.value)
    assert f"[{key.rpartition('.')[0]}]" in str(refused.value)
    assert "tooshort" not in str(refused.value)


def test_an_unknown_provider_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"postmark|mailgun"):
        loaded(tmp_path, '[hooks.postmrk]\nsecret = "x"')
