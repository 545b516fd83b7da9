"""Same-story clustering and near duplicates, measured.

    python bench/clustering.py [DATA]

DATA is the folder of measurement data (default: $DIGEST_BENCH_DATA or ../shared/data beside the checkout).
ECB+: 486 articles of 44 stories in 22 topics; each topic holds two events of one kind. Pair F1 is printed
over all pairs of
articles and over the pairs of one topic, and B-cubed F1. The threshold of the program is fixed; beside it
stands the one
that half of the topics would choose, tested on the other half. Baseline: TF-IDF cosine of pairs with the
threshold that
is best on these very labels. BBC: pairs of texts whose shingles overlap; 0.8 and more are re-publications,
under 0.3
are follow-ups.
"""

import argparse
import gzip
import json
import math
import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digest.articles.fingerprint import containment, fingerprint, is_republished, resemblance
from digest.articles.story import THRESHOLD, Telling, cluster

Article = dict[str, str]


def pair_scores(
    articles: Sequence[Article], found: Mapping[str, str], within_topic: bool
) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of articles."""
    counts: Counter[str] = Counter()
    for one, other in combinations(articles, 2):
        if within_topic and one["topic"] != other["topic"]:
            continue
        truth, said = one["story"] == other["story"], found[one["id"]] == found[other["id"]]
        counts["both" if truth and said else "said" if said else "truth" if truth else "neither"] += 1
    precision = counts["both"] / (counts["both"] + counts["said"] or 1)
    recall = counts["both"] / (counts["both"] + counts["truth"] or 1)
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def b_cubed(articles: Sequence[Article], found: Mapping[str, str]) -> float:
    """B-cubed F1: for each article, how pure and how complete its group is."""
    said, truth = defaultdict(set), defaultdict(set)
    for article in articles:
        said[found[article["id"]]].add(article["id"])
        truth[article["story"]].add(article["id"])
    shares = [
        (len(said[found[a["id"]]] & truth[a["story"]]), len(said[found[a["id"]]]), len(truth[a["story"]]))
        for a in articles
    ]
    precision = sum(both / size for both, size, _ in shares) / len(shares)
    recall = sum(both / size for both, _, size in shares) / len(shares)
    return 2 * precision * recall / (precision + recall)


def stories(articles: Sequence[Article], threshold: float) -> dict[str, str]:
    return cluster([Telling(article["id"], article["text"]) for article in articles], threshold)


def baseline(articles: Sequence[Article]) -> tuple[float, float]:
    """The best pair F1 of plain TF-IDF cosine within topics, and its threshold: chosen on the labels
    themselves."""
    counted = [Counter(re.findall(r"\w+", article["text"].lower())) for article in articles]
    frequency = Counter(word for counts in counted for word in counts)
    made = []
    for counts in counted:
        weighed = {w: (1 + math.log(n)) * math.log(len(counted) / frequency[w]) for w, n in counts.items()}
        length = math.sqrt(sum(value * value for value in weighed.values())) or 1.0
        made.append({word: value / length for word, value in weighed.items()})
    pairs = [
        (
            sum(v * made[j].get(w, 0.0) for w, v in made[i].items()),
            articles[i]["story"] == articles[j]["story"],
        )
        for i, j in combinations(range(len(articles)), 2)
        if articles[i]["topic"] == articles[j]["topic"]
    ]
    best = (0.0, 0.0)
    for threshold in (step / 100 for step in range(5, 50)):
        both = sum(1 for value, same in pairs if same and value >= threshold)
        said, truth = sum(1 for value, _ in pairs if value >= threshold), sum(1 for _, same in pairs if same)
        best = max(best, (2 * both / (said + truth), threshold))
    return best


def chosen_on(articles: Sequence[Article]) -> float:
    """The highest threshold whose pair F1 is within 0.03 of the best: groups break slowly above it and
    burst below."""
    steps = [step / 100 for step in range(8, 16)]
    scores = {step: pair_scores(articles, stories(articles, step), False)[2] for step in steps}
    return max(step for step in steps if scores[step] >= max(scores.values()) - 0.03)


def ecb(data: Path) -> None:
    with gzip.open(data / "clustering/ecbplus-stories.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles: list[Article] = [
            {key: str(value) for key, value in json.loads(line).items()} for line in lines
        ]
    value, threshold = baseline(articles)
    print(f"ECB+ baseline  pair F1 in topics {value:.3f} (threshold {threshold:.2f}, chosen on the labels)")
    start = time.process_time()
    found = stories(articles, THRESHOLD)
    seconds = time.process_time() - start
    show("digest, all", articles, found, THRESHOLD)
    print(
        f"               {len(articles)} articles, {len(set(found.values()))} stories found of 44, "
        f"{seconds:.2f} s"
    )
    topics = sorted({article["topic"] for article in articles})
    halves = [[a for a in articles if topics.index(a["topic"]) % 2 == part] for part in (0, 1)]
    for learned, tested in (halves, halves[::-1]):
        step = chosen_on(learned)
        show("other half", tested, stories(tested, step), step)


def show(name: str, articles: Sequence[Article], found: Mapping[str, str], threshold: float) -> None:
    precision, recall, f1 = pair_scores(articles, found, False)
    inside = pair_scores(articles, found, True)[2]
    print(
        f"ECB+ {name:12} pair P {precision:.3f} R {recall:.3f} F1 {f1:.3f}, in topics F1 {inside:.3f}, "
        f"B-cubed F1 {b_cubed(articles, found):.3f} (threshold {threshold:.2f})"
    )


def bbc(data: Path) -> None:
    with gzip.open(data / "clustering/bbc-near-duplicates.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    pairs: list[dict[str, Any]] = json.loads((data / "clustering/bbc-near-duplicate-pairs.json").read_text())
    start = time.process_time()
    sketches = {key: fingerprint(text) for key, text in texts.items()}
    each = (time.process_time() - start) / len(sketches)
    again = [p for p in pairs if p["jaccard5"] >= 0.8]
    follow = [p for p in pairs if p["jaccard5"] < 0.3]
    merged = sum(is_republished(sketches[p["a"]], sketches[p["b"]]) for p in again)
    wrong = sum(is_republished(sketches[p["a"]], sketches[p["b"]]) for p in follow)
    worst = max(abs(resemblance(sketches[p["a"]], sketches[p["b"]]) - p["jaccard5"]) for p in pairs)
    off = max(abs(containment(sketches[p["a"]], sketches[p["b"]]) - p["containment5"]) for p in pairs)
    print(
        f"BBC            re-publications merged {merged} of {len(again)}, follow-ups merged {wrong} of "
        f"{len(follow)}"
    )
    print(
        f"               largest error of similarity {worst:.3f}, of containment {off:.3f}; "
        f"{each * 1000:.2f} ms a text"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "data",
        nargs="?",
        default=os.environ.get("DIGEST_BENCH_DATA")
        or str(Path(__file__).resolve().parents[2] / "shared/data"),
    )
    data = Path(parser.parse_args().data)
    if not data.is_dir():
        raise SystemExit(f"There is no measurement data at {data}: give its folder or set DIGEST_BENCH_DATA.")
    ecb(data)
    bbc(data)


if __name__ == "__main__":
    main()
