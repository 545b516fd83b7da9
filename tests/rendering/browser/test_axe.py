"""Each theme in each script as axe-core reads it, by day and in the dark."""

from pathlib import Path
from typing import Any

import pytest

from digest.rendering import names
from digest.rendering.sample import LANGUAGES

AXE = Path(__file__).parents[2] / "browser" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: npm ci in tests/browser"),
]
# A mail is no web page: its reader's program has the landmarks.
NOT_FOR_MAIL = ["region", "landmark-one-main", "page-has-heading-one", "bypass"]
# The dark changes colours and nothing else.
RUNS = [
    ("light", {"rules": {rule: {"enabled": False} for rule in NOT_FOR_MAIL}}),
    ("dark", {"runOnly": ["color-contrast", "link-in-text-block"]}),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_axe_finds_nothing(name: str, language: str, show: Any) -> None:
    for mode, options in RUNS:
        page = show(name, language, mode=mode)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        done = page.evaluate("options => axe.run(document, options)", options)
        told = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in done["violations"]]
        assert told == []
        assert any(one["id"] == "color-contrast" for one in done["passes"])
