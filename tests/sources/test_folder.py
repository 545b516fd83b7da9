"""A folder of HTML, Markdown and text files."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.sources.errors import Unreadable
from digest.sources.folder import file_entry, front_matter, read_folder

LIMIT = 100_000


def written(path: Path, text: str, at: datetime = datetime(2026, 11, 5, 5, 0, tzinfo=UTC)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_markdown_with_front_matter_says_everything(tmp_path: Path) -> None:
    text = """---
title: "The bridge: open"
date: 2026-11-04T09:00:00+04:00
author: Ani Petrosyan
language: hy
image: https://valley.example/b.jpg
url: https://valley.example/bridge
tags: [Transport, Local]   # two
summary: Two lanes.
---
# The bridge: open

It *opened* <script>x()</script> today.

| a | b |
|---|---|
| 1 | 2 |
"""
    entry = file_entry(written(tmp_path / "a.md", text), LIMIT)
    assert entry.url == "https://valley.example/bridge"
    assert entry.title == "The bridge: open"
    assert entry.published == datetime(2026, 11, 4, 5, 0, tzinfo=UTC)
    assert (entry.author, entry.language, entry.summary) == ("Ani Petrosyan", "hy", "Two lanes.")
    assert entry.categories == ("Transport", "Local")
    assert entry.image
    assert entry.image.url == "https://valley.example/b.jpg"
    assert entry.html
    assert entry.html.startswith("<p>It <em>opened</em>  today.</p>")
    assert "<table>" in entry.html
    assert "<h1>" not in entry.html


def test_markdown_without_front_matter_takes_heading_and_file_time(tmp_path: Path) -> None:
    path = written(tmp_path / "bridge.md", "# Bridge\n\nIt opened.\n")
    entry = file_entry(path, LIMIT)
    assert (entry.title, entry.html, entry.url) == ("Bridge", "<p>It opened.</p>", path.as_uri())
    assert entry.published == datetime(2026, 11, 5, 5, 0, tzinfo=UTC)


def test_a_date_in_the_file_name_goes_before_the_files_time(tmp_path: Path) -> None:
    entry = file_entry(written(tmp_path / "2026-10-01-the-old-bridge.md", "It closed."), LIMIT)
    assert (entry.title, entry.published) == ("The old bridge", datetime(2026, 10, 1, tzinfo=UTC))


def test_a_text_file_has_its_first_line_as_title(tmp_path: Path) -> None:
    entry = file_entry(written(tmp_path / "a.txt", "Bridge <opens>\n\nOne.\n\n\nTwo.\n"), LIMIT)
    assert (entry.title, entry.text) == ("Bridge <opens>", "One.\n\nTwo.")


def test_a_text_file_that_begins_in_the_middle_has_its_name_as_title(tmp_path: Path) -> None:
    entry = file_entry(written(tmp_path / "the_bridge.txt", "It opened\ntoday."), LIMIT)
    assert (entry.title, entry.text) == ("The bridge", "It opened\ntoday.")


def test_an_html_file_is_kept_whole_for_extraction(tmp_path: Path) -> None:
    page = (
        '<html lang="en"><head><title>Bridge</title><link rel="canonical" href="https://valley.example/b">'
        '<meta property="article:published_time" content="2026-11-04T05:00:00Z"></head><body>It opened.</body></html>'
    )
    entry = file_entry(written(tmp_path / "b.html", page), LIMIT)
    assert (entry.url, entry.title, entry.language) == ("https://valley.example/b", "Bridge", "en")
    assert entry.published == datetime(2026, 11, 4, 5, 0, tzinfo=UTC)
    assert entry.document == page.encode()


def test_a_folder_gives_newest_first_and_names_what_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path / "old.md", "old", datetime(2026, 1, 1, tzinfo=UTC))
    written(tmp_path / "deep" / "new.txt", "new", datetime(2026, 11, 1, tzinfo=UTC))
    written(tmp_path / "empty.md", "")
    written(tmp_path / "large.txt", "x" * (LIMIT + 1))
    (tmp_path / "latin.txt").write_bytes("caf\xe9".encode("latin-1"))
    written(tmp_path / ".hidden" / "secret.md", "secret")
    written(tmp_path / "picture.jpg", "no text")
    entries, warnings = read_folder(tmp_path, LIMIT)
    assert [entry.title for entry in entries] == ["new", "Old"]
    assert warnings == [
        "'empty.md' is empty.",
        "'large.txt' is 0.1 MB; at most 0.1 MB are read.",
        "'latin.txt' is not UTF-8 (byte 4).",
    ]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside" / "secret.md", "secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.md").symlink_to(outside)
    (folder / "dir").symlink_to(outside.parent)
    assert read_folder(folder, LIMIT) == ([], [])


def test_no_such_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="does not exist"):
        read_folder(tmp_path / "gone", LIMIT)
    with pytest.raises(Unreadable, match="is a file, not a folder"):
        read_folder(written(tmp_path / "a.md", "x"), LIMIT)


def test_front_matter_reads_lists_quotes_and_comments() -> None:
    block = "Title: 'One: two'\ntags:\n  - a\n  - \"b c\"\ndate: 2026-11-05 # today\nempty:\nnot a line\n"
    assert front_matter(block) == {"title": "One: two", "tags": "a, b c", "date": "2026-11-05", "empty": ""}
