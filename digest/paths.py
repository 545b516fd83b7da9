"""Where the data files of the program lie, in a checkout and in an installed wheel."""

from functools import cache
from pathlib import Path


@cache
def templates() -> Path:
    """The folder with themes, transactional mails and pages."""
    package = Path(__file__).parent
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parent / "templates"
