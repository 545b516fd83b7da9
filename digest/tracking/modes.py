"""How much is kept of what readers do: nothing, sums, or who did it."""

from enum import StrEnum


class Mode(StrEnum):
    """What a newsletter counts. `counts` never knows who; `persons` does, and says so to the readers."""

    OFF = "off"
    COUNTS = "counts"
    PERSONS = "persons"


_LEVEL = {Mode.OFF: 0, Mode.COUNTS: 1, Mode.PERSONS: 2}


def least(*modes: str) -> Mode:
    """The most careful of these modes: what an issue told its readers and what its newsletter wants now."""
    return min(map(Mode, modes), key=_LEVEL.__getitem__)
