"""The articles with human summaries that the summarizer is trained and measured on.

They are read from the folder named by DIGEST_BENCH_DATA (default ../shared/data) and never shipped.
"""

import gzip
import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rouge import Reference

from digest.summary.article import Article, read
from digest.text.sentences import sentences

FILES = {
    "cnndm": "cnndm",
    "xsum": "xsum",
    "summeval": "summeval-multiref",
    "writers": "freelance-writers",
    "bbc": "bbc-extractive",
}
FOLDS = 5


@dataclass(frozen=True, eq=False)
class Sample:
    """An article with its references; `fold` is the same for near copies of one article."""

    set: str
    id: str
    title: str
    text: str
    article: Article
    references: list[Reference] = field(repr=False)
    fold: int = 0


def folder() -> Path:
    """Where the measurement data lies; ends the program with one sentence when it is not there."""
    root = Path(
        os.environ.get("DIGEST_BENCH_DATA", Path(__file__).parents[1] / ".." / "shared" / "data")
    ).resolve()
    if not (root / "summarization").is_dir():
        sys.exit("No measurement data: set DIGEST_BENCH_DATA to the folder that holds summarization/.")
    return root


def load(name: str, limit: int | None = None) -> list[Sample]:
    """The samples of the set `name`, in the order of the file."""
    samples = []
    with gzip.open(folder() / "summarization" / f"{FILES[name]}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            references = row.get("references") or [row["reference"]]
            article = read(row.get("title"), row["article"], "en")
            if not article.sentences:
                continue
            samples.append(
                Sample(
                    set=name,
                    id=row["id"],
                    title=row.get("title", ""),
                    text=row["article"],
                    article=article,
                    references=[Reference(sentences(reference, "en")) for reference in references],
                    fold=_fold(row["article"]),
                )
            )
            if limit and len(samples) >= limit:
                break
    return samples


def _fold(text: str) -> int:
    """By words from the middle, so that two versions of one article come into the same fold."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    middle = " ".join(words[len(words) // 2 :][:12])
    return int(hashlib.sha256(middle.encode()).hexdigest(), 16) % FOLDS
