"""How good the summaries are, beside every baseline on the same articles.

    python bench/summaries.py [--sets cnndm,xsum,…] [--limit N]

ROUGE-1/2/Lsum F1 (stemmed, the best reference), at most 60 words: the first sentences that fit, the first
three, random sentences, ours without learning, ours as learned, and the best possible sentences (greedy). "as
learned" is cross-validated in five folds: no article is summarized with weights that saw it, nor were the scores
from which its taste for sets was learned given by weights that did. For bbc each system gives 40 % of the sentences.
Then facts, speed and size. This is part of make bench, and takes ten minutes, most of them for training.
"""

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
import rouge
from summary_sets import FILES, FOLDS, Sample, load
from train_scorer import TARGET, folds

from digest.summary import learned, untrained
from digest.summary.article import Article
from digest.summary.choosing import choose
from digest.summary.grounding import violations
from digest.summary.noise import without_opening
from digest.summary.standing import leaning
from digest.summary.summarize import summarize
from digest.summary.weights import Weights
from digest.text.sentences import sentences

WORDS = 60
SHARE = 0.4
System = Callable[[Sample], Sequence[str]]


def lead(sample: Sample) -> list[str]:
    """The article's first sentences within the budget, nothing taken off; the very first one in any case."""
    taken: list[str] = []
    room = WORDS
    for sentence in sentences(sample.text, "en"):
        room -= len(sentence.split())
        if room < 0:
            break
        taken.append(sentence)
    return taken or sentences(sample.text, "en")[:1]


def lead_three(sample: Sample) -> list[str]:
    return sentences(sample.text, "en")[:3]


def at_random(sample: Sample) -> list[str]:
    found = sentences(sample.text, "en")
    order = random.Random(sample.id).sample(range(len(found)), len(found))
    taken: list[int] = []
    room = WORDS
    for index in order:
        if len(found[index].split()) <= room:
            taken.append(index)
            room -= len(found[index].split())
    return [found[index] for index in sorted(taken)] or found[:1]


def oracle(sample: Sample) -> list[str]:
    """Sentences added one by one while the mean of the three measures grows."""
    article = sample.article
    taken: list[int] = []
    reached = 0.0
    while True:
        options = []
        for sentence in article.sentences[:60]:
            grown = sorted({*taken, sentence.index})
            if len(grown) == len(taken) or sum(article.sentences[i].words for i in grown) > WORDS:
                continue
            options.append((sum(rouge.best(sample.references, texts(article, grown))), grown))
        if not options or max(options)[0] <= reached:
            return texts(article, taken) or texts(article, [0])
        reached, taken = max(options)


def texts(article: Article, chosen: Sequence[int]) -> list[str]:
    return [article.sentences[index].text for index in chosen]


def without_learning(sample: Sample) -> list[str]:
    return texts(sample.article, choose(sample.article, WORDS, untrained.score)) or lead(sample)


def cross_validated(weights: Sequence[Weights]) -> System:
    def system(sample: Sample) -> list[str]:
        chosen = learned.choose(sample.article, WORDS, weights[sample.fold])
        return texts(sample.article, chosen) or list(summarize(sample.title, sample.text, "en").sentences)

    return system


def first_share(sample: Sample) -> list[str]:
    found = sentences(sample.text, "en")
    return found[: max(1, round(SHARE * len(found)))]


def random_share(sample: Sample) -> list[str]:
    found = sentences(sample.text, "en")
    count = max(1, round(SHARE * len(found)))
    return [found[i] for i in sorted(random.Random(sample.id).sample(range(len(found)), count))]


def our_share(sample: Sample) -> list[str]:
    return list(summarize(sample.title, sample.text, "en", ratio=SHARE).sentences)


def mean(scores: Sequence[rouge.Score]) -> tuple[float, ...]:
    return tuple(100 * sum(score[measure] for score in scores) / len(scores) for measure in range(3))


def standard_errors(scores: Sequence[rouge.Score], base: Sequence[rouge.Score]) -> list[float]:
    """How far the gain over `base` would vary with other articles: paired bootstrap, 1,000 draws, seed fixed."""
    gains = 100 * (np.array(scores) - np.array(base))
    draws = np.random.default_rng(5).integers(len(gains), size=(1000, len(gains)))
    return [float(error) for error in gains[draws].mean(axis=1).std(axis=0)]


def report(name: str, samples: Sequence[Sample], systems: dict[str, System]) -> None:
    print(
        f"\n{name}: {len(samples)} articles".ljust(44)
        + "R1     R2     RLsum   gain over lead       its standard error   words  dangling"
    )
    base: list[rouge.Score] | None = None
    for label, system in systems.items():
        made = [system(sample) for sample in samples]
        scores = [rouge.best(s.references, summary) for s, summary in zip(samples, made, strict=True)]
        base = base or scores
        figures = mean(scores)
        gain = " ".join(f"{a - b:+5.2f}" for a, b in zip(figures, mean(base), strict=True))
        noise = " ".join(f"{error:5.2f}" for error in standard_errors(scores, base))
        length = sum(len(" ".join(summary).split()) for summary in made) / len(made)
        dangling = sum(leaning(without_opening(summary[0]), "en") is not None for summary in made) / len(made)
        print(
            f"  {label:<40}"
            + " ".join(f"{figure:6.2f}" for figure in figures)
            + f"   {gain}   {noise}   {length:5.1f}   {100 * dangling:5.1f} %",
            flush=True,
        )


def facts(samples: Sequence[Sample]) -> None:
    """Summaries by the shipped program: numbers and names that the article lacks, lengths, and time."""
    spent = []
    wrong = over = 0
    for sample in samples:
        began = time.process_time()
        made = summarize(sample.title, sample.text, "en", WORDS)
        spent.append(time.process_time() - began)
        over += made.words > WORDS
        found = [each for sentence in made.sentences for each in violations(sentence, sample.text, "en")]
        wrong += bool(found)
        if found:
            print(f"  {sample.set} {sample.id}: {'; '.join(map(str, found))}")
    spent.sort()
    print(
        f"\nfacts: {wrong} of {len(samples)} summaries with a number or name not in the article; "
        f"{over} over {WORDS} words"
        f"\nspeed: {1000 * sum(spent) / len(spent):.1f} ms CPU an article, median {1000 * spent[len(spent) // 2]:.1f}, "
        f"99 % under {1000 * spent[int(len(spent) * 0.99)]:.1f}"
    )


def starting() -> None:
    """Import time of the summarizer with its weights, in a process of its own."""
    code = (
        "import time; t = time.perf_counter(); import digest.summary; from digest.summary.weights import weights_for; "
        "weights_for('en'); print(time.perf_counter() - t)"
    )
    best = min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    )
    print(f"import with weights: {best:.3f} s; weights {TARGET.stat().st_size / 1000:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default=",".join(FILES))
    parser.add_argument("--limit", type=int)
    asked = parser.parse_args()
    names = asked.sets.split(",")
    shown = {name: load(name)[: asked.limit] for name in names}
    trained = folds(FOLDS) if names != ["bbc"] else []
    for name in names:
        sample = shown[name][0]
        reference = sentences(sample.references[0].text, "en")
        if not rouge.agrees(reference, lead(sample)):
            sys.exit("bench/rouge.py and the package rouge-score disagree.")
        if name == "bbc":
            report(
                name, shown[name], {"first 40 %": first_share, "random 40 %": random_share, "ours": our_share}
            )
            continue
        systems: dict[str, System] = {
            "lead to 60 words": lead,
            "lead-3": lead_three,
            "random": at_random,
            "ours without learning": without_learning,
            "ours, cross-validated": cross_validated(trained),
            "best possible sentences": oracle,
        }
        report(name, shown[name], systems)
    facts([sample for name in names for sample in shown[name]])
    starting()


if __name__ == "__main__":
    main()
