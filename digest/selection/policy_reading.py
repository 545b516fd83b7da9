"""Reading a policy from a newsletter's settings, naming key, value and an example when one is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from digest.problem import Problem
from digest.selection.policy import Caps, Policy, SectionRule, Thin, Weights

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_STEPS = ("widen", "evergreen", "fewer", "roll_over", "skip")
_MOST_ITEMS = 100

Reader = Callable[[str, Any], Any]


class PolicyError(Problem):
    """A selection policy with a wrong key or value."""


def read_policy(values: Mapping[str, Any]) -> Policy:
    """The policy that `values` describe, defaults for what is absent; PolicyError for what is wrong."""
    policy = Policy(**_table("", values, _POLICY))
    if "half_life" not in values:
        policy = replace(policy, half_life=policy.window / 2)
    kept = sum(section.least for section in policy.sections)
    if kept > policy.items:
        raise PolicyError(
            f"The sections' 'least' keep {kept} places, but 'items' is {policy.items}.",
            "Raise items or lower least.",
        )
    if policy.thin.below > policy.items:
        raise PolicyError(
            f"'thin.below' is {policy.thin.below}, but 'items' is {policy.items}.",
            "An issue of that size would always count as thin; example: below = 3.",
        )
    if policy.thin.widen_to < policy.window and "widen" in policy.thin.do:
        raise PolicyError("'thin.widen_to' is shorter than 'window'.", 'Example: widen_to = "14d".')
    return policy


def _wrong(key: str, value: Any, what: str, example: str) -> PolicyError:
    return PolicyError(f"The policy's {key!r} must be {what}, not {value!r}.", f"Example: {example}")


def _table(prefix: str, value: Any, readers: Mapping[str, Reader]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(prefix or "policy", value, "a table of keys", f"{next(iter(readers))} = …")
    read = {}
    for name, one in value.items():
        key = f"{prefix}.{name}" if prefix else str(name)
        if name not in readers:
            closest = get_close_matches(str(name), readers, n=1)
            hint = f"Did you mean {closest[0]!r}?" if closest else f"Known keys: {', '.join(readers)}."
            raise PolicyError(f"The policy has no key {key!r}.", hint)
        read[name] = readers[name](key, one)
    return read


def _whole(least: int, most: int) -> Reader:
    def read(key: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _wrong(key, value, f"a whole number from {least} to {most}", f"{key} = {max(least, 3)}")
        return value

    return read


def _number(most: float) -> Reader:
    def read(key: str, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            raise _wrong(key, value, f"a number from 0 to {most:g}", f"{key} = 0.5")
        return float(value)

    return read


def _duration(key: str, value: Any) -> timedelta:
    if isinstance(value, str):
        text = value.strip().lower()
        if text[-1:] in _UNITS and text[:-1].isdecimal() and 0 < int(text[:-1]) <= 10_000:
            return int(text[:-1]) * _UNITS[text[-1]]
    raise _wrong(key, value, "a time in hours, days or weeks", f'{key} = "36h", "7d" or "2w"')


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, value, "true or false", f"{key} = true")
    return value


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 100:
        raise _wrong(key, value, "a short text", f'{key} = "More news"')
    return value.strip()


def _name(key: str, value: Any) -> str:
    name = _text(key, value)
    if not name:
        raise _wrong(key, value, "the section's name", f'{key} = "Politics"')
    return name


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong(key, value, "a list of texts", f'{key} = ["one", "two"]')
    return tuple(_name(f"{key}[{place}]", one) for place, one in enumerate(value))


def _steps(key: str, value: Any) -> tuple[str, ...]:
    steps = _texts(key, [value] if isinstance(value, str) else value)
    for step in steps:
        if step not in _STEPS:
            raise _wrong(key, step, f"made of {', '.join(_STEPS)}", f'{key} = ["widen", "evergreen"]')
    return steps


def _sections(key: str, value: Any) -> tuple[SectionRule, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong(key, value, "a list of sections", f'{key} = [{{name = "Politics", most = 3}}]')
    rules: list[SectionRule] = []
    for place, one in enumerate(value):
        where = f"{key}[{place}]"
        read = _table(where, {"name": one} if isinstance(one, str) else one, _SECTION)
        if "name" not in read:
            raise _wrong(f"{where}.name", "", "given", 'name = "Politics"')
        rule = SectionRule(**read)
        if rule.most is not None and rule.most < rule.least:
            raise _wrong(f"{where}.most", rule.most, f"at least its 'least', {rule.least}", "most = 3")
        if rule.name.casefold() in (known.name.casefold() for known in rules):
            raise PolicyError(f"The policy has two sections called {rule.name!r}.", "Give each its own name.")
        rules.append(rule)
    return tuple(rules)


_SECTION: dict[str, Reader] = {
    "name": _name,
    "topics": _texts,
    "sources": _texts,
    "languages": _texts,
    "query": _texts,
    "least": _whole(0, _MOST_ITEMS),
    "most": _whole(1, _MOST_ITEMS),
    "weight": _number(10),
}
_WEIGHTS: dict[str, Reader] = {one.name: _number(10) for one in fields(Weights)}
_CAPS: dict[str, Reader] = {
    "source": _whole(1, _MOST_ITEMS),
    "author": _whole(1, _MOST_ITEMS),
    "also": _whole(0, _MOST_ITEMS),
}
_THIN: dict[str, Reader] = {"below": _whole(1, _MOST_ITEMS), "do": _steps, "widen_to": _duration}
_POLICY: dict[str, Reader] = {
    "items": _whole(1, _MOST_ITEMS),
    "window": _duration,
    "half_life": _duration,
    "weights": lambda key, value: Weights(**_table(key, value, _WEIGHTS)),
    "sections": _sections,
    "only_sections": _flag,
    "other_section": _text,
    "caps": lambda key, value: Caps(**_table(key, value, _CAPS)),
    "languages": _texts,
    "muted": _texts,
    "minimum_score": _number(10),
    "thin": lambda key, value: Thin(**_table(key, value, _THIN)),
    "evergreen": _texts,
    "follow_ups": _flag,
    "follow_up_novelty": _number(1),
}
