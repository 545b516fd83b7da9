"""Reports are read from wherever they were put."""

import mailbox
from pathlib import Path

import pytest

from subscribers.bounces.sources import UnreadableMailbox, imap_mails, mails

MAIL = b"From: a@example.com\nSubject: %d\n\nText\nFrom here on it is text.\n"


def test_a_file_holds_one_mail(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL % 1)
    assert list(mails(tmp_path / "one.eml")) == [MAIL % 1]


def test_an_mbox_holds_several(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for number in (1, 2, 3):
        box.add(MAIL % number)
    box.close()
    found = list(mails(tmp_path / "box"))
    assert [b"Subject: %d" % n in raw for n, raw in enumerate(found, 1)] == [True] * 3
    assert b"\nFrom here on" in found[0]


def test_a_maildir_and_a_folder_are_read_whole(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(MAIL % 1)
    box.add(MAIL % 2)
    box.close()
    assert len(list(mails(tmp_path / "Maildir"))) == 2
    (tmp_path / "folder").mkdir()
    for number in (1, 2, 3):
        (tmp_path / "folder" / f"{number}.eml").write_bytes(MAIL % number)
    assert len(list(mails(tmp_path / "folder"))) == 3


def test_what_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(UnreadableMailbox, match="No such file"):
        list(mails(tmp_path / "missing"))
    with pytest.raises(UnreadableMailbox, match="is no mailbox"):
        list(imap_mails("imap://host/INBOX", "secret"))
    with pytest.raises(UnreadableMailbox, match="cannot be read"):
        list(imap_mails("imaps://user@127.0.0.1:1/INBOX", "secret"))
