"""`digest article summarize`: summaries of files, or of JSON lines from standard input, storing nothing."""

from pathlib import Path
from typing import Annotated, Any

import typer


def summarize(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="HTML, Markdown or text files.")
    ] = None,
    words: Annotated[int, typer.Option("--words", min=1, max=1000, help="At most so many words.")] = 60,
    ratio: Annotated[
        float,
        typer.Option("--ratio", min=0.0, max=1.0, help="This share of the sentences instead, e.g. 0.4."),
    ] = 0.0,
    language: Annotated[
        str, typer.Option("--language", metavar="TAG", help="Language, else told by the text.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help="Read objects with id, title, text from standard input, a line each."),
    ] = False,
) -> None:
    """Say in a few sentences of its own what each article tells."""
    if jsonl:
        if files:
            raise typer.BadParameter("--jsonl reads standard input and takes no files.")
        _summarize_lines(words, ratio or None, language or None)
        return
    if not files:
        raise typer.BadParameter("Name a file, or use --jsonl with standard input.", param_hint="FILE...")
    _summarize_files(files, words, ratio or None, language or None, as_json)


def _summarize_lines(words: int, ratio: float | None, language: str | None) -> None:
    """Answer each line of standard input as soon as it is read; bad lines are named and fail the command
    at the end.
    """
    import json
    import sys

    from digest.summary import summarize as summary_of
    from digest.summary.problem import SummaryError

    bad = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            asked = _asked(line, number)
        except SummaryError as problem:
            print(f"Error: {problem}", file=sys.stderr, flush=True)
            bad += 1
            continue
        made = summary_of(
            asked.get("title"), asked["text"], asked.get("language") or language, words, ratio=ratio
        )
        print(json.dumps({"id": asked.get("id"), "summary": made.text}, ensure_ascii=False), flush=True)
    if bad:
        raise SummaryError(
            f"{bad} of the lines could not be summarized.",
            "They are named above; the others were answered in order.",
        )


def _asked(line: bytes, number: int) -> dict[str, Any]:
    """The object of one line, its fields checked; SummaryError names the line and what is wrong with it."""
    import json

    from digest.summary.problem import SummaryError

    hint = 'Each line is an object like {"id": "1", "title": "…", "text": "…"}.'
    try:
        asked = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise SummaryError(
            f"Line {number} is not UTF-8 (byte {error.start + 1}).", "Save the file as UTF-8."
        ) from None
    except (json.JSONDecodeError, RecursionError) as error:
        said = (
            f"{error.msg} at column {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else "nested too deeply"
        )
        raise SummaryError(f"Line {number} is not JSON: {said}.", hint) from None
    if not isinstance(asked, dict):
        raise SummaryError(f"Line {number} is {type(asked).__name__}, not an object.", hint)
    if not isinstance(asked.get("text"), str):
        given = "is missing" if "text" not in asked else f"is {type(asked['text']).__name__}, not a string"
        raise SummaryError(f"Line {number}: “text” {given}.", hint)
    for field in ("title", "language"):
        if not isinstance(asked.get(field, ""), str | None):
            raise SummaryError(
                f"Line {number}: “{field}” is {type(asked[field]).__name__}, not a string.", hint
            )
    return asked


def _summarize_files(
    files: list[Path], words: int, ratio: float | None, language: str | None, as_json: bool
) -> None:
    from digest.cli import output
    from digest.summary import summarize as summary_of

    for index, file in enumerate(files):
        title, text, told = _article_of(file)
        made = summary_of(title, text, language or told, words, ratio=ratio)
        if as_json:
            output.json_lines(
                [
                    {
                        "file": str(file),
                        "title": title,
                        "summary": made.text,
                        "words": made.words,
                        "method": made.method,
                    }
                ]
            )
            continue
        if index:
            print()
        print(title or str(file))
        print(made.text or "(no text found)")


def _article_of(file: Path) -> tuple[str | None, str, str | None]:
    """Title, text and language of a file, as the extractor reads it by its ending."""
    from digest.articles import extract_bytes
    from digest.summary.problem import SummaryError

    try:
        content = file.read_bytes()
    except OSError as error:
        raise SummaryError(f"{file} cannot be read: {error.strerror}.", "Name a file that exists.") from None
    found = extract_bytes(content, file.name)
    return found.title, found.text, found.language
