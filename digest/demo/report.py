"""The figures of a demo: what was read, chosen, sent and received, and how long each stage took."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


class Watcher(Protocol):
    """Told when a stage begins and when it has ended."""

    def begins(self, label: str) -> None: ...

    def ended(self, stage: "Stage") -> None: ...


@dataclass
class Stage:
    """A step of the demo; `note` is what came of it, in words."""

    name: str
    label: str
    note: str = ""
    seconds: float = 0.0


@dataclass
class Report:
    """Figures by name, and the stages in order."""

    figures: dict[str, Any] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, label: str, watcher: Watcher) -> Iterator[Stage]:
        """Time what happens in the block; a stage that fails is not in the report."""
        stage = Stage(name, label)
        watcher.begins(label)
        began = time.monotonic()
        yield stage
        stage.seconds = round(time.monotonic() - began, 3)
        self.stages.append(stage)
        watcher.ended(stage)

    @property
    def seconds(self) -> float:
        return round(sum(stage.seconds for stage in self.stages), 3)

    def as_dict(self) -> dict[str, Any]:
        seconds = {stage.name: stage.seconds for stage in self.stages}
        return {**self.figures, "seconds": {**seconds, "total": self.seconds}}

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n", "utf-8")
