"""The program as typed: help, version, mistakes."""

import subprocess
import sys
from pathlib import Path


def _digest(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "digest", *words],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
        env={"PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_help_lists_every_noun_and_loads_none_of_them() -> None:
    code = (
        "import sys; sys.argv = ['digest', '--help']\n"
        "from digest.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'pydantic', 'httpx2', 'jinja2', 'rich', 'starlette', 'lxml', 'asyncio'}\n"
        "print('loaded', sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    from digest.cli import NOUNS

    for noun in NOUNS:
        assert f"\n  {noun} " in result.stdout
    assert "loaded []" in result.stdout


def test_every_noun_explains_itself() -> None:
    from typer.testing import CliRunner

    from digest.cli import NOUNS, app

    for noun in NOUNS:
        result = CliRunner().invoke(app, [noun, "--help"])
        assert result.exit_code == 0, (noun, result.output)
        assert "Usage:" in result.output


def test_the_version_is_told() -> None:
    from digest import __version__

    assert _digest("--version").stdout == f"digest {__version__}\n"


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    result = _digest("isue", folder=tmp_path)
    assert result.returncode == 2
    assert "isue" in result.stderr


def test_without_settings_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    result = _digest("db", "version", folder=tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "Error: There is no settings file 'digest.toml'. Run `digest init` to make one, or name it with --config.\n"
    )
