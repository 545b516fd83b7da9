"""The untrained score of a set of sentences: what it tells beyond the headline, for any language."""

from math import log

from digest.summary.article import Article


def score(article: Article, chosen: tuple[int, ...]) -> float:
    """How much of the article's recurring matter the chosen sentences tell, most of all early and new to
    the headline.

    News is written with the most important first, so each place further down costs; words of the headline
    count a third, because the reader has just read them.
    """
    told: set[str] = set()
    value = 0.0
    for index in chosen:
        sentence = article.sentences[index]
        gain = 0.0
        for stem in sentence.stems:
            if stem in told:
                continue
            told.add(stem)
            gain += log(1 + article.frequency[stem]) * (0.33 if stem in article.title_stems else 1.0)
        value += gain / (1 + 0.35 * index)
    return value
