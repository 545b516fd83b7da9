"""An installation as a person has one, and its commands as processes of their own."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAM = ("-m", "digest")


def environment(**more: str) -> dict[str, str]:
    """What a command is given: this copy of the program, and no settings of the person's own.

    Bytecode is kept as on a person's machine, also where the tests themselves are told to write none.
    """
    outside = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("DIGEST_") and key != "PYTHONDONTWRITEBYTECODE"
    }
    return {**outside, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "NO_COLOR": "1", **more}


@dataclass(frozen=True)
class Installation:
    """A folder with digest.toml and a database; commands run in it as processes of their own."""

    folder: Path

    def run(
        self, *arguments: str, program: tuple[str, ...] = PROGRAM, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            [sys.executable, *program, *arguments],
            cwd=self.folder,
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    def does(self, *arguments: str, **settings: str) -> str:
        """What a command that must succeed printed."""
        ended = self.run(*arguments, program=PROGRAM, **settings)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def refuses(self, *arguments: str, program: tuple[str, ...] = PROGRAM, **settings: str) -> str:
        """The one sentence with which a command is refused; it must have changed nothing."""
        before = self.contents()
        ended = self.run(*arguments, program=program, **settings)
        assert (ended.returncode, ended.stdout) == (1, ""), (ended.returncode, ended.stdout, ended.stderr)
        (line,) = ended.stderr.splitlines()
        assert line.startswith("Error: "), line
        assert self.contents() == before, "a refused command changed the database"
        return line.removeprefix("Error: ")

    def start(self, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        """A command that goes on until it is told to stop."""
        return subprocess.Popen(
            [sys.executable, *PROGRAM, *arguments],
            cwd=self.folder,
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "digest.sqlite3")) as database, database:
            return database.execute(query, values).fetchall()

    def contents(self) -> list[str]:
        """The whole database as SQL: what two moments are compared by."""
        with closing(sqlite3.connect(self.folder / "digest.sqlite3")) as database:
            return list(database.iterdump())

    def relay(self, port: int, more: str = "") -> None:
        """Let digest.toml name the mail server on this port."""
        file = self.folder / "digest.toml"
        kept = file.read_text("utf-8").partition("[smtp]")[0]
        file.write_text(
            f'{kept}[smtp]\nurl = "smtp://127.0.0.1:{port}"\nconnections = 4\nrelay_patience_seconds = 0\n{more}\n'
            "[fetch]\nallow_private_networks = true\ntimeout_seconds = 2\n",
            "utf-8",
        )


def article_page(title: str, paragraphs: list[str], published: datetime) -> str:
    """A page of a newspaper; `title` and `paragraphs` are HTML."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>'
        f'<meta property="article:published_time" content="{published.isoformat()}"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )
