"""A policy is read from settings, and what is wrong in it is named with an example."""

from datetime import timedelta
from typing import Any

import pytest

from digest.selection import Caps, Policy, PolicyError, SectionRule, Thin, Weights, read_policy


def test_nothing_written_gives_the_defaults() -> None:
    assert read_policy({}) == Policy()


def test_freshness_halves_in_half_the_window_unless_it_is_given() -> None:
    assert read_policy({"window": "2d"}).half_life == timedelta(days=1)
    assert read_policy({"window": "2d", "half_life": "6h"}).half_life == timedelta(hours=6)


def test_everything_written_is_read() -> None:
    assert read_policy(
        {
            "items": 5,
            "window": "2w",
            "half_life": "36h",
            "weights": {"freshness": 1, "comments": 0},
            "sections": [
                "Culture",
                {"name": "Politics", "topics": ["war"], "least": 1, "most": 3, "weight": 2},
            ],
            "only_sections": True,
            "other_section": "More",
            "caps": {"source": 3, "author": 2, "also": 0},
            "languages": ["en", "hy"],
            "muted": ["casino"],
            "minimum_score": 0.2,
            "thin": {"below": 4, "do": ["widen", "skip"], "widen_to": "30d"},
            "evergreen": ["guides"],
            "follow_ups": True,
            "follow_up_novelty": 0.7,
        }
    ) == Policy(
        items=5,
        window=timedelta(days=14),
        half_life=timedelta(hours=36),
        weights=Weights(freshness=1.0, comments=0.0),
        sections=(
            SectionRule("Culture"),
            SectionRule("Politics", topics=("war",), least=1, most=3, weight=2.0),
        ),
        only_sections=True,
        other_section="More",
        caps=Caps(source=3, author=2, also=0),
        languages=("en", "hy"),
        muted=("casino",),
        minimum_score=0.2,
        thin=Thin(below=4, do=("widen", "skip"), widen_to=timedelta(days=30)),
        evergreen=("guides",),
        follow_ups=True,
        follow_up_novelty=0.7,
    )


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"itmes": 3}, r"no key 'itmes'. Did you mean 'items'\?"),
        ({"caps": {"sauce": 3}}, r"no key 'caps.sauce'. Did you mean 'source'\?"),
        ({"xyz": 3}, "no key 'xyz'. Known keys: items, window"),
        ({"items": 0}, "'items' must be a whole number from 1 to 100, not 0. Example: items = 3"),
        ({"items": "ten"}, "not 'ten'"),
        ({"items": True}, "not True"),
        ({"window": "7"}, "'window' must be a time in hours, days or weeks, not '7'"),
        ({"window": 7}, '"36h", "7d" or "2w"'),
        ({"half_life": "0h"}, "'half_life'"),
        ({"weights": {"freshness": -1}}, "'weights.freshness' must be a number from 0 to 10, not -1"),
        ({"weights": 3}, "'weights' must be a table"),
        ({"sections": {"name": "x"}}, "'sections' must be a list of sections"),
        ({"sections": [{"topics": ["war"]}]}, r"'sections\[0\].name' must be given"),
        ({"sections": [{"name": ""}]}, r"'sections\[0\].name' must be the section's name"),
        ({"sections": ["A", {"name": "a"}]}, "two sections called 'a'"),
        ({"sections": [{"name": "A", "least": 4, "most": 2}]}, r"'sections\[0\].most' must be at least"),
        ({"items": 3, "sections": [{"name": "A", "least": 4}]}, "keep 4 places, but 'items' is 3"),
        ({"languages": "en"}, "'languages' must be a list"),
        ({"muted": ["ok", 3]}, r"'muted\[1\]' must be a short text, not 3"),
        ({"only_sections": "yes"}, "'only_sections' must be true or false, not 'yes'"),
        ({"thin": {"do": ["sleep"]}}, "'thin.do' must be made of widen, evergreen"),
        ({"items": 2, "thin": {"below": 3}}, "'thin.below' is 3, but 'items' is 2"),
        ({"window": "3w", "thin": {"do": ["widen"]}}, "'thin.widen_to' is shorter than 'window'"),
    ],
)
def test_a_wrong_key_or_value_is_named(values: dict[str, Any], named: str) -> None:
    with pytest.raises(PolicyError, match=named):
        read_policy(values)


def test_a_single_step_may_be_written_alone() -> None:
    assert read_policy({"thin": {"do": "skip"}}).thin.do == ("skip",)
