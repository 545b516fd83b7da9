"""A flood of sign-ups for other people's addresses: few letters leave, and a real person still gets through."""

import random
from datetime import UTC, datetime, timedelta

from digest.actions.sign_up import LIMITS, Wish, sign_up
from digest.signups.limits import Counts, Limits, Verdict, judge, network

from .conftest import Site
from .letters import answered, letters

SIGN_UPS, ADDRESSES, NETWORKS = 400, 200, 20


def test_a_flood_sends_few_letters_and_does_not_keep_a_person_out(site: Site) -> None:
    now, chance = datetime.now(UTC), random.Random(8)
    domains = ("gmail.com", "example.org", "example.net")
    verdicts = [
        sign_up(
            site.context,
            Wish(f"victim{chance.randrange(ADDRESSES)}@{chance.choice(domains)}", ["weekly"]),
            f"203.0.113.{number % NETWORKS}",
            "sign-up page",
            now,
        )
        for number in range(SIGN_UPS)
    ]
    assert verdicts.count(Verdict.TAKE) <= NETWORKS * LIMITS.network_hour
    person = Wish("person@gmail.com", ["weekly"])
    assert sign_up(site.context, person, "198.51.100.7", "sign-up page", now) is Verdict.TAKE
    left = answered(site, now)
    assert left <= NETWORKS * LIMITS.crowd + LIMITS.mails_crowd_hour + 1
    sent = [str(letter["to"]) for letter in letters(site)]
    assert "person@gmail.com" in sent
    assert len(sent) == len(set(sent))
    assert answered(site, now + timedelta(minutes=30)) == 0


def test_a_clean_network_is_served_before_a_crowd_even_late(site: Site) -> None:
    now = datetime.now(UTC)
    for number in range(12):
        sign_up(site.context, Wish(f"v{number}@example.net", ["weekly"]), "203.0.113.1", "page", now)
    sign_up(site.context, Wish("person@example.net", ["weekly"]), "198.51.100.7", "page", now)
    answered(site, now)
    assert "person@example.net" in [str(letter["to"]) for letter in letters(site)[:2]]


def test_limits_are_told_to_networks_and_never_to_addresses() -> None:
    limits = Limits()
    none = Counts(0, 0, 0, 0)
    assert judge(none, limits, trapped=False) is Verdict.TAKE
    assert judge(none, limits, trapped=True) is Verdict.DROP
    assert judge(Counts(0, 0, limits.address_day, 0), limits, trapped=False) is Verdict.DROP
    assert judge(Counts(limits.network_hour, 0, 0, 0), limits, trapped=False) is Verdict.REFUSE
    assert judge(Counts(0, limits.network_day, 0, 0), limits, trapped=False) is Verdict.REFUSE
    assert judge(Counts(0, 0, 0, limits.waiting), limits, trapped=False) is Verdict.FULL


def test_a_network_is_an_address_or_a_household() -> None:
    assert network("203.0.113.9") == "203.0.113.9"
    assert network("::ffff:203.0.113.9") == "203.0.113.9"
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert network("fe80::1%eth0") == "fe80::/64"
    assert network("testclient") == network("") == "unknown"
