"""Zones are found by name, and a misspelt one gets a suggestion."""

import pytest

from digest.schedule import ScheduleError, zone


def test_a_zone_is_found_by_its_name() -> None:
    assert zone("Asia/Yerevan").key == "Asia/Yerevan"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Yerevan", "Asia/Yerevan"),
        ("Europe/Yerevan", "Asia/Yerevan"),
        ("asia/yerevan", "Asia/Yerevan"),
        ("Asia/Yerevann", "Asia/Yerevan"),
        ("new york", "America/New_York"),
        ("Europe/Pariss", "Europe/Paris"),
    ],
)
def test_the_closest_zone_is_suggested(wrong: str, right: str) -> None:
    with pytest.raises(ScheduleError, match=f"Did you mean {right}"):
        zone(wrong)


@pytest.mark.parametrize("wrong", ["", "../etc/passwd", "Europe", "xyzzyxyzzy", "a\0b", "/etc/localtime"])
def test_a_name_like_no_zone_gets_an_example(wrong: str) -> None:
    with pytest.raises(ScheduleError, match="is not a time zone"):
        zone(wrong)
