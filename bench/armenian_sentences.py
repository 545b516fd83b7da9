"""Armenian sentence borders against the gold of the ArmTDP treebanks, both orthographies.

    python bench/armenian_sentences.py [--errors]

A paragraph's sentences are joined with spaces, split again, and the inner borders compared: precision, recall
and F1, beside sentencex alone and a plain rule (a sentence ends at ։ and at : before white space). The rules
have no trained part; they were written looking at this set, so `halves` gives the figure on two halves of the
documents as well. This is part of make bench.
"""

import argparse
import gzip
import json
import re
from collections.abc import Callable, Iterator

import sentencex
from summary_sets import folder

from digest.text.sentences import split_paragraph

Split = Callable[[str], list[str]]
_PLAIN = re.compile(r"(?<=[։:])\s+")


def ours(paragraph: str) -> list[str]:
    return split_paragraph(paragraph, "hy")


def sentencex_alone(paragraph: str) -> list[str]:
    return [piece.strip() for piece in sentencex.segment("hy", paragraph) if piece.strip()]


def plain(paragraph: str) -> list[str]:
    return _PLAIN.split(paragraph)


def documents() -> list[dict[str, object]]:
    path = folder() / "languages" / "armenian-sentences.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def inner_borders(pieces: list[str], paragraph: str) -> set[int]:
    """Offsets at which a sentence ends and another follows."""
    place, ends = 0, set()
    for piece in pieces:
        place = paragraph.index(piece, place) + len(piece)
        ends.add(place)
    return ends - {len(paragraph)}


def compared(found: list[dict[str, object]], split: Split) -> Iterator[tuple[str, set[int], set[int]]]:
    """Each paragraph with its gold borders and those of `split`."""
    for document in found:
        for gold in document["paragraphs"]:  # type: ignore[attr-defined]
            pieces = [piece.strip() for piece in gold]
            paragraph = " ".join(pieces)
            yield paragraph, inner_borders(pieces, paragraph), inner_borders(split(paragraph), paragraph)


def figures(found: list[dict[str, object]], split: Split) -> str:
    right = missed = extra = 0
    for _, gold, made in compared(found, split):
        right += len(gold & made)
        missed += len(gold - made)
        extra += len(made - gold)
    precision, recall = right / max(1, right + extra), right / max(1, right + missed)
    f1 = 2 * right / max(1, 2 * right + missed + extra)
    return f"{precision:.4f} {recall:.4f} {f1:.4f}  ({right + missed} borders)"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--errors", action="store_true", help="print each wrong border")
    asked = parser.parse_args()
    everything = documents()
    parts = {
        "Eastern": [document for document in everything if document["lang"] == "hy"],
        "Western": [document for document in everything if document["lang"] == "hyw"],
        "both": everything,
        "one half": everything[::2],
        "other half": everything[1::2],
    }
    print("P R F1 of inner borders")
    for label, split in (("ours", ours), ("sentencex", sentencex_alone), ("plain rule", plain)):
        for part, chosen in parts.items():
            print(f"  {label:<11} {part:<11} {figures(chosen, split)}")
    if asked.errors:
        for paragraph, gold, made in compared(everything, ours):
            for place in sorted(gold ^ made):
                kind = "missed" if place in gold else "extra "
                print(f"  {kind} …{paragraph[max(0, place - 40) : place]}|{paragraph[place : place + 25]}…")


if __name__ == "__main__":
    main()
