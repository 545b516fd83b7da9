"""`digest article summarize` answers people with text and programs with JSON lines."""

import json
import subprocess
import sys
from pathlib import Path

ARTICLE = (
    "GYUMRI (ArmNews) — The city council voted on Monday to close the old bridge for a year. Engineers found "
    "cracks in two of its five pillars after the floods of March. However, shopkeepers fear for their trade. "
    "The repair will cost 3.5 million euros, and a bus over the northern road starts on Thursday for the 400 "
    "families of the left bank."
)


def digest(*arguments: str, given: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
    given = given.encode() if isinstance(given, str) else given
    return subprocess.run(
        [sys.executable, "-m", "digest", *arguments], input=given, capture_output=True, check=False
    )


def test_lines_are_answered_in_order_and_a_title_may_be_missing() -> None:
    lines = [
        {"id": 7, "title": None, "text": ARTICLE},
        {"id": "b", "text": "Նա եկավ։ Նա գնաց։"},
        {"id": 3, "title": "T", "text": ""},
    ]
    ran = digest("article", "summarize", "--jsonl", "--words", "20", given="\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in ran.stdout.splitlines()]

    assert ran.returncode == 0, ran.stderr
    assert [answer["id"] for answer in answers] == [7, "b", 3]
    assert all(answer.keys() == {"id", "summary"} for answer in answers)
    assert answers[0]["summary"] in ARTICLE
    assert 0 < len(answers[0]["summary"].split()) <= 20
    assert answers[1]["summary"] == "Նա եկավ։ Նա գնաց։"
    assert answers[2]["summary"] == ""


def test_a_bad_line_is_named_and_the_others_are_answered() -> None:
    given = b'{"id": 1, "text": "It rains."}\n{"id": 2, "text": 5}\n[]\nnope\n\xff\n{"id": 6, "text": "It snows."}\n'
    ran = digest("article", "summarize", "--jsonl", given=given)

    assert ran.returncode == 1
    assert [json.loads(line)["id"] for line in ran.stdout.splitlines()] == [1, 6]
    for wrong in ("Line 2: “text” is int", "Line 3 is list", "Line 4 is not JSON", "Line 5 is not UTF-8"):
        assert wrong in ran.stderr.decode()
    assert "Traceback" not in ran.stderr.decode()


def test_a_share_of_the_sentences_can_be_asked_for() -> None:
    ran = digest(
        "article", "summarize", "--jsonl", "--ratio", "0.5", given=json.dumps({"id": 1, "text": ARTICLE})
    )

    assert len(json.loads(ran.stdout)["summary"].split(". ")) == 2


def test_files_are_read_by_their_ending(tmp_path: Path) -> None:
    page = tmp_path / "bridge.md"
    page.write_text(f"# The bridge closes\n\n{ARTICLE}\n", encoding="utf-8")
    ran = digest("article", "summarize", str(page), "--json", "--words", "25")
    answer = json.loads(ran.stdout)

    assert ran.returncode == 0, ran.stderr
    assert answer["title"] == "The bridge closes"
    assert answer["words"] <= 25
    assert "ArmNews" not in answer["summary"]


def test_a_missing_file_and_no_file_are_one_sentence_each(tmp_path: Path) -> None:
    missing = digest("article", "summarize", str(tmp_path / "none.txt"))
    nothing = digest("article", "summarize")

    assert missing.returncode == 1
    assert missing.stderr.decode().count("\n") == 1
    assert "none.txt cannot be read" in missing.stderr.decode()
    assert nothing.returncode == 2
