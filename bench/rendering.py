"""Measure rendering: time to finished HTML and text, bytes, the splice, and npm's mjml on the same MJML.

Usage: python bench/rendering.py [--npm]
Prints the median and the fastest of 200 renders in a process that is warm, in its own CPU time, and what
SpamAssassin gives each theme where it is installed. With --npm, the reference
implementation is installed into a temporary folder by npm (which needs its registry) and times the MJML of
the same issue in its own warm process; without, or when npm fails, that line says so.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from digest.rendering import names, render, theme
from digest.rendering.preflight import spam
from digest.rendering.preflight.mail import EXAMPLE_VALUES
from digest.rendering.sample import LANGUAGES, sample
from outbox.rendition import MessageFacts, Rendition, Splice, compile_rendition

ROUNDS = 200
SPLICES = 5000
READER = Splice("reader@example.org", "A. Reader", "1.abc", EXAMPLE_VALUES, "leave+1-abc@news.example")
MJML_VERSION = "4.18.0"
NPM_SCRIPT = """
const mjml = require('mjml'), fs = require('fs');
const source = fs.readFileSync(process.argv[2], 'utf8'), times = [];
for (let round = 0; round < 60; round++) {
  const start = process.hrtime.bigint(); const made = mjml(source, {validationLevel: 'skip'});
  times.push(Number(process.hrtime.bigint() - start) / 1e6); if (!made.html) process.exit(1);
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({median: times[30], fastest: times[0]}));
"""


def timed(action: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and fastest of some rounds, in milliseconds of this process's own time."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times), min(times)


def npm_mjml(source: str) -> dict[str, float] | str:
    """Times of npm's mjml on this MJML, or the reason why there are none."""
    if shutil.which("npm") is None:
        return "npm is not installed"
    with tempfile.TemporaryDirectory() as folder:
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", f"mjml@{MJML_VERSION}"]
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            return "npm could not install it"
        (Path(folder) / "time.js").write_text(NPM_SCRIPT)
        (Path(folder) / "issue.mjml").write_text(source)
        run = ["node", "time.js", "issue.mjml"]
        done = subprocess.run(run, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            return f"it failed: {done.stderr.strip().splitlines()[-1:]}"
        times: dict[str, float] = json.loads(done.stdout)
        return times


def compiled(name: str, language: str) -> Rendition:
    """The sample of 15 items as the outbox keeps it."""
    view = sample(language, stories=15)
    rendered = render(view, theme(name))
    facts = MessageFacts(
        sender_name=view.newsletter.title,
        sender_address="weekly@news.example",
        subject=view.subject,
        date=datetime(2026, 11, 26, 5, tzinfo=UTC),
        list_id="weekly.news.example",
        list_name=view.newsletter.title,
        list_help="https://news.example/u",
        list_owner="owner@news.example",
        list_archive="https://news.example/archive",
        language=language,
    )
    return compile_rendition(rendered.html, rendered.text, facts)


def spam_scores() -> str:
    """What SpamAssassin gives each theme in each language, one line a theme."""
    program = spam.installed()
    if program is None:
        return "SpamAssassin: not installed"
    which = [(name, language) for name in names() for language in LANGUAGES]
    found = spam.assess([compiled(*one).splice(READER) for one in which], program)
    scores = {one: score for one, (score, _) in zip(which, found, strict=True)}
    rows = (
        f"  {name:10}" + "".join(f"{language} {scores[name, language]:+.1f}   " for language in LANGUAGES)
        for name in names()
    )
    return "SpamAssassin's points (1.0 is the limit):\n" + "\n".join(rows)


def main() -> int:
    """Print the table."""
    print(
        f"{'theme':10}{'language':10}{'15 items, ms':>14}{'fastest':>10}{'15, KB':>10}{'25, KB':>10}{'text, KB':>10}"
    )
    for name in names():
        for language in LANGUAGES:
            look, view = theme(name), sample(language, stories=15)
            rendered = render(view, look)
            median, fastest = timed(lambda look=look, view=view: render(view, look))  # type: ignore[misc]
            larger = len(render(sample(language, stories=25), look).html.encode())
            size = len(rendered.html.encode())
            print(
                f"{name:10}{language:10}{median:14.2f}{fastest:10.2f}{size / 1000:10.1f}{larger / 1000:10.1f}"
                f"{len(rendered.text.encode()) / 1000:10.1f}"
            )
    message = compiled("classic", "en")
    start = time.process_time()
    for _ in range(SPLICES):
        message.splice(READER)
    each = (time.process_time() - start) / SPLICES * 1e6
    print(
        f"\nsplice of one recipient's values: {each:.1f} µs for a message of {len(message.splice(READER)):,} bytes"
    )
    print(spam_scores())
    if "--npm" in sys.argv:
        found = npm_mjml(render(sample("en", stories=15), theme("classic")).mjml)
        if isinstance(found, str):
            print(f"npm's mjml {MJML_VERSION}: {found}")
        else:
            print(
                f"npm's mjml {MJML_VERSION} on the same MJML: median {found['median']:.1f} ms, fastest {found['fastest']:.1f} ms"
            )
    else:
        print("npm's mjml: not asked for (--npm)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
