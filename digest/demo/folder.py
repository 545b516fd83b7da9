"""The folder that a demo leaves behind."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from digest.demo.problem import DemoError

MARKER = ".made-by-digest-demo"


@dataclass(frozen=True)
class DemoFolder:
    """`demo-out/`: the working folder of the installation, the inbox, and the issue as files."""

    root: Path

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def report(self) -> Path:
        return self.root / "report.json"


def fresh(root: Path) -> DemoFolder:
    """An empty demo folder; one that an earlier demo made is replaced, anything else is refused untouched."""
    root = root.absolute()
    if root.is_symlink() or (root.exists() and not root.is_dir()):
        raise DemoError(f"{str(root)!r} is not a folder.", "Choose another with --out.")
    if root.is_dir() and any(root.iterdir()):
        if not (root / MARKER).is_file():
            raise DemoError(
                f"The folder {str(root)!r} exists and was not made by the demo, so it is left as it is.",
                "Choose another with --out.",
            )
        shutil.rmtree(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / MARKER).write_text("This folder may be replaced by the next `digest demo`.\n", "utf-8")
        folder = DemoFolder(root)
        folder.work.mkdir()
        folder.inbox.mkdir()
    except OSError as error:
        raise DemoError(
            f"The folder {str(root)!r} cannot be made: {error.strerror}.", "Choose another with --out."
        ) from None
    return folder
