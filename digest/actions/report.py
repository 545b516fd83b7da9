"""Report: how an issue fared: what was delivered, and what its readers did where that is counted."""

from dataclasses import dataclass
from typing import Any

from digest.actions.context import Context
from digest.actions.mailings import Standing, standing_of
from digest.issues import find_issue
from digest.issues.finding import name_of
from digest.tracking.modes import Mode
from digest.tracking.recording import Sums, sums


@dataclass(frozen=True)
class Report:
    """An issue's balance and sums. `clicks` and `opens` are what its readers were told is counted."""

    name: str
    state: str
    clicks: Mode
    opens: Mode
    standing: Standing
    sums: Sums

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "issue": self.name,
            "state": self.state,
            "recipients": self.standing.recipients,
            "counts": {state.value: count for state, count in sorted(self.standing.counts.items())},
            "clicks": {
                "mode": self.clicks,
                "readers": self.sums.clicked_by,
                "links": [
                    {
                        "number": link.number,
                        "url": link.url,
                        "people": link.people,
                        "machines": link.machines,
                        "readers": link.readers,
                    }
                    for link in self.sums.links
                ],
            },
            "opens": {
                "mode": self.opens,
                "people": self.sums.opens_people,
                "machines": self.sums.opens_machines,
                "readers": self.sums.opened_by,
            },
        }


def report(context: Context, reference: str) -> Report:
    """The report of an issue as it stands now."""
    with context.database.reading() as session:
        issue = find_issue(session, reference)
        return Report(
            name_of(issue),
            str(issue.state),
            Mode(issue.clicks),
            Mode(issue.opens),
            standing_of(session, issue),
            sums(session, issue.id),
        )
