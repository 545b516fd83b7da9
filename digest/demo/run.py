"""The driver: a newsroom, a mail server, and between them the program, command by command."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digest.demo.audience import Invented, as_csv, audience
from digest.demo.folder import DemoFolder, fresh
from digest.demo.problem import DemoError
from digest.demo.processes import ServerProcess
from digest.demo.program import Program, end
from digest.demo.report import Report, Watcher
from digest.demo.verify import verify

LIST = "weekly"
ADDRESS = "The Arpavan Courier, 7 Promenade, Arpavan 2901"
SENDER = "courier@example.org"
CONSENT = "Sign-up form of the newspaper, wording of March"
POLICY = (
    "items=14",
    'sections=[{name="Politics"}, {name="Community"}, {name="Economy"}, {name="Science"}, {name="Culture"},'
    ' {name="Sport"}, {name="Հայերեն", languages=["hy"], least=3, most=3},'
    ' {name="بالعربية", languages=["ar"], least=1, most=1}]',
)


@dataclass
class Demo:
    """A demo that has run: its folder, its report, and where readers' links lead while it is open."""

    folder: DemoFolder
    report: Report
    program: Program
    site: str
    port: int


@dataclass
class _Steps:
    """The stages in order, each one command or two of the program."""

    program: Program
    folder: DemoFolder
    people: tuple[Invented, ...]
    watcher: Watcher
    report: Report = field(default_factory=Report)

    def start(self, site: str, wire: str, smtp_port: int, web_port: int) -> None:
        with self.report.stage("start", "Set up from the site", self.watcher) as stage:
            self.program(
                "init", site, "--smtp", f"smtp://127.0.0.1:{smtp_port}", "--allow-private-networks",
                "--public-url", f"http://127.0.0.1:{web_port}", "--sender", SENDER,
                "--postal-address", ADDRESS, "--tz", "Asia/Yerevan",
            )  # fmt: skip
            self.program("source", "add", wire, "--weight", "0.8")
            self.program("newsletter", "edit", *(f"--policy={rule}" for rule in POLICY))
            stage.note = "settings, two feeds, a list, a newsletter"

    def subscribe(self) -> None:
        with self.report.stage("import", "Import the subscribers", self.watcher) as stage:
            (self.folder.work / "people.csv").write_text(as_csv(self.people), "utf-8")
            imported = self.program.json(
                "subscriber", "import", "people.csv", "--list", LIST, "--consent", CONSENT
            )
            self.report.figures["subscribers"] = imported["added"]
            stage.note = f"{imported['added']:,} people from a CSV file"

    def fetch(self) -> None:
        with self.report.stage("fetch", "Read the newsroom", self.watcher) as stage:
            visits = self.program.json("fetch")
            self.report.figures["sources"] = len(visits)
            self.report.figures["articles"] = sum(visit["new"] for visit in visits)
            stage.note = f"{self.report.figures['articles']} articles from {len(visits)} feeds"

    def build(self) -> list[dict[str, Any]]:
        with self.report.stage("build", "Choose and summarize", self.watcher) as stage:
            built = self.program.json("issue", "build")
            explained = self.program.json("issue", "explain")["verdicts"]
            items: list[dict[str, Any]] = built["items"]
            languages = sorted({item["language"] for item in items})
            self.report.figures |= {
                "candidates": len(explained),
                "stories": built["stories"],
                "items": len(items),
                "languages": languages,
                "subject": built["subject"],
            }
            stage.note = f"{len(items)} items of {built['stories']} stories, in {', '.join(languages)}"
            return items

    def check(self) -> None:
        with self.report.stage("check", "Check and approve", self.watcher) as stage:
            checked = self.program.json("issue", "check")
            self.program("issue", "preview", "--out", str(self.folder.root))
            self.program("issue", "approve", "--by", "The editor of the demo")
            size = (self.folder.root / "issue.html").stat().st_size
            self.report.figures["html_bytes"] = size
            found = Counter(finding["severity"] for finding in checked["findings"])
            self.report.figures["check"] = dict(found)
            stage.note = f"{size / 1000:.0f} kB of HTML, no error"

    def send(self) -> None:
        with self.report.stage("send", "Send", self.watcher) as stage:
            sent = self.program.json("issue", "send")
            status = self.program.json("issue", "status")
            accepted = status["counts"].get("sent", 0)
            self.report.figures |= {"recipients": sent["recipients"], "accepted": accepted}
            if status["state"] != "sent" or not status["balances"]:
                raise DemoError(f"The issue is {status['state']}: {status['counts']}.")
            stage.note = f"{accepted:,} of {sent['recipients']:,} accepted by the mail server"

    def verify(self, stories: list[list[str]]) -> None:
        with self.report.stage("verify", "Open each received mail", self.watcher) as stage:
            received = verify(self.folder.inbox, [person.address for person in self.people], stories)
            self.report.figures |= {"received": received.mails, "received_bytes": received.bytes}
            stage.note = f"{received.mails:,} mails, each whole and to its reader"


@contextmanager
def run_demo(out: Path, subscribers: int, watcher: Watcher, now: datetime | None = None) -> Iterator[Demo]:
    """Run the whole job into `out`; within the block the newsroom still serves the mail's pictures.

    Raises DemoError when the folder is somebody else's, when a command fails, or when what was received
    is not what was to be sent. Every process is ended when the block ends, however it ends.
    """
    folder = fresh(out)
    with ExitStack() as processes:
        moment = (now or datetime.now(UTC)).isoformat()
        site = processes.enter_context(ServerProcess("digest.demo.site", ["--now", moment]))
        smtp = processes.enter_context(ServerProcess("digest.demo.smtp_server", [str(folder.inbox)]))
        port = _free_port()
        steps = _Steps(Program(folder.work), folder, audience(subscribers), watcher)
        steps.start(site.facts["address"], site.facts["wire"], smtp.facts["port"], port)
        steps.subscribe()
        steps.fetch()
        items = steps.build()
        steps.check()
        steps.send()
        steps.verify(
            [[item["headline"], *(one["headline"] for one in item["translations"])] for item in items]
        )
        steps.report.write(folder.report)
        yield Demo(folder, steps.report, steps.program, site.facts["address"], port)


@contextmanager
def readers_pages(demo: Demo) -> Iterator[None]:
    """Serve the pages that the links in the mails lead to: web version, unsubscribe."""
    process = demo.program.start("serve", "--port", str(demo.port))
    try:
        yield
    finally:
        end(process)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
