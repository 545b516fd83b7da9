"""Every operation of the API: the one table that its routes and its description are made of."""

from collections.abc import Mapping, Sequence

from digest.web.api import issues, lists, sign_ups, subscribers
from digest.web.api.operation import Operation

PREFIX = "/api/v1"
OPERATIONS: Sequence[Operation] = (
    *sign_ups.OPERATIONS,
    *subscribers.OPERATIONS,
    *lists.OPERATIONS,
    *issues.OPERATIONS,
)


def by_path() -> Mapping[str, Mapping[str, Operation]]:
    """The operations of each path, by method."""
    found: dict[str, dict[str, Operation]] = {}
    for one in OPERATIONS:
        found.setdefault(one.path, {})[one.method] = one
    return found
