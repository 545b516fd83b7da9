"""The folder of the demo: replaced only if a demo made it."""

from pathlib import Path

import pytest

from digest.demo.folder import MARKER, fresh
from digest.demo.problem import DemoError


def test_a_new_folder_has_a_place_for_work_and_inbox(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "a" / "demo-out")
    assert folder.work.is_dir()
    assert folder.inbox.is_dir()
    assert (folder.root / MARKER).is_file()


def test_what_an_earlier_demo_left_is_replaced(tmp_path: Path) -> None:
    first = fresh(tmp_path / "demo-out")
    (first.inbox / "0001-a.eml").write_text("old")
    second = fresh(tmp_path / "demo-out")
    assert not list(second.inbox.iterdir())


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(DemoError, match="was not made by the demo"):
        fresh(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    assert fresh(tmp_path).work.is_dir()


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DemoError, match="is not a folder"):
        fresh(tmp_path / "file")


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    fresh(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(DemoError, match="is not a folder"):
        fresh(tmp_path / "link")
