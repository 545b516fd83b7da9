"""Key points: what a long piece tells beside its summary."""

from digest.summary import summarize
from digest.summary.keypoints import key_points
from digest.summary.reading import reading_minutes

FACTS = [
    "The city council voted on Monday to close the old bridge for a year.",
    "Engineers found deep cracks in two of its five pillars after the floods of March.",
    "The repair costs 3.5 million euros and is paid by a loan of the regional bank.",
    "However, the shopkeepers of the left bank fear for their trade.",
    "A bus over the northern road starts on Thursday and runs every twenty minutes.",
    "Schools on both banks will begin half an hour later until the spring holidays.",
    "“We could not wait for an accident,” Mayor Lilit Hakobyan said.",
    "Is there another way?",
    "A new footbridge is planned beside the railway and opens in December at the latest.",
]
LONG = (
    " ".join(FACTS)
    + " "
    + " ".join(
        f"Resident number {n} of the quarter told the council how the river rose by night in that year."
        for n in range(20)
    )
)


def test_points_are_sentences_that_stand_alone_and_are_not_in_the_summary() -> None:
    summary = summarize("Bridge to close", LONG, words=30)
    points = key_points("Bridge to close", LONG, besides=summary.sentences)

    assert 2 <= len(points) <= 3
    assert all(point in LONG for point in points)
    assert not set(points) & set(summary.sentences)
    assert not any(point.startswith(("However", "“")) or point.endswith("?") for point in points)


def test_points_do_not_say_the_same_twice_and_keep_the_order() -> None:
    points = key_points(None, LONG)

    assert sum("Resident number" in point for point in points) <= 1
    assert [LONG.index(point) for point in points] == sorted(LONG.index(point) for point in points)


def test_a_short_piece_has_none() -> None:
    assert key_points(None, " ".join(FACTS)) == ()


def test_reading_time_is_in_whole_minutes() -> None:
    assert reading_minutes("word " * 240) == 2
    assert reading_minutes("word") == 1
    assert reading_minutes("") == 0
