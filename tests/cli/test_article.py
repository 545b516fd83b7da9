"""`digest article`: extract and cluster on files and standard input."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (
    '<html lang="en"><head><title>Bridge closes</title></head><body class="single"><h1>Bridge closes</h1>'
    '<time class="published" datetime="2026-05-07T10:30:00+04:00"></time><div class="entry-content">'
    "<p>ALAVERDI (AP) — The bridge over the Debed closes on Monday for five weeks, the ministry of roads said.</p>"
    "<p>Buses will go round by Odzun, and the fare of 200 drams will not change, the ministry said.</p></div></body></html>"
)


def digest(*words: str, given: str = "", folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "digest", "article", *words],
        input=given,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )


def test_extract_prints_one_object_a_line_with_the_promised_keys(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "note.md").write_text("# Trout return\n\nFishermen saw them first, at the old mill.\n")
    result = digest("extract", "page.html", "note.md", "--json", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    page, note = map(json.loads, result.stdout.splitlines())
    assert list(page) == ["file", "title", "byline", "dateline", "published", "language", "image", "text"]
    assert (page["file"], page["title"], page["dateline"]) == ("page.html", "Bridge closes", "ALAVERDI (AP)")
    assert (page["published"], page["language"], page["image"]) == ("2026-05-07T10:30:00+04:00", "en", None)
    assert page["text"].startswith("The bridge over")
    assert (note["title"], note["text"]) == ("Trout return", "Fishermen saw them first, at the old mill.")


def test_a_bad_file_is_named_and_the_others_are_still_read(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "empty.html").write_text("")
    result = digest("extract", "missing.html", "empty.html", "page.html", "--json", folder=tmp_path)
    assert result.returncode == 1
    assert [json.loads(line)["file"] for line in result.stdout.splitlines()] == ["page.html"]
    assert "missing.html cannot be read" in result.stderr
    assert "No article in empty.html: an empty page." in result.stderr
    assert "Traceback" not in result.stderr


def test_standard_input_is_a_file_too(tmp_path: Path) -> None:
    result = digest(
        "extract", "-", "--json", "--url", "https://courier.example/bridge/", given=PAGE, folder=tmp_path
    )
    assert json.loads(result.stdout)["title"] == "Bridge closes"


def test_cluster_answers_each_line_in_order(tmp_path: Path) -> None:
    lines = [
        {
            "id": 1,
            "text": "The bridge over the Debed at Alaverdi closes on Monday, said Mayor Karen Melkumyan; buses go by Odzun.",
        },
        {
            "id": "fish",
            "text": "Trout have come back to the upper river, said the fisherman Vardan Sargsyan, who counts them at the mill.",
        },
        {
            "id": 3,
            "text": "From Monday the Debed bridge at Alaverdi is closed and buses go by Odzun, Mayor Karen Melkumyan said.",
        },
    ]
    result = digest("cluster", given="\n".join(map(json.dumps, lines)), folder=tmp_path)
    assert result.returncode == 0, result.stderr
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "fish", 3]
    assert answers[0]["story"] == answers[2]["story"] != answers[1]["story"]


def test_a_line_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    for given, said in (
        ("{", "Line 1 is not JSON"),
        ('{"id": 1}', "Line 1 has no id or no text"),
        ('{"id":1,"text":"a"}\n{"id":1,"text":"b"}', "Line 2: the id 1 stands twice"),
    ):
        result = digest("cluster", given=given, folder=tmp_path)
        assert result.returncode == 1
        assert said in result.stderr
        assert "Traceback" not in result.stderr
