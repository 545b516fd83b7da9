"""What Debian's Postfix and Exim take from us comes out as it went in, and its signatures are valid behind them.

`python bench/servers.py` is the long form, with 5,000 mails through each.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import dkim
import pytest

from outbox.dkim import DkimSigner
from outbox.tables import DeliveryState
from store import Database
from tests.outbox import real_servers
from tests.outbox.servers import aiosmtpd_process, until
from tests.outbox.test_dkim import dns, signer
from tests.outbox.world import composed, handed_over, relay, send, states

__all__ = ["signer"]
PEOPLE = 60

Server = Callable[[Path, int], AbstractContextManager[int]]


@pytest.mark.parametrize(
    ("server", "why_not"),
    [
        pytest.param(real_servers.postfix, real_servers.why_no_postfix(), id="Postfix"),
        pytest.param(real_servers.exim, real_servers.why_no_exim(), id="Exim"),
    ],
)
def test_every_byte_arrives_and_the_signatures_are_valid(
    sqlite_database: Database, tmp_path: Path, signer: DkimSigner, server: Server, why_not: str | None
) -> None:
    if why_not:
        pytest.skip(why_not)
    number = handed_over(sqlite_database, PEOPLE, paragraphs=40)
    wanted = composed(sqlite_database, number, signer)
    with aiosmtpd_process(tmp_path / "mail") as collector, server(tmp_path / "relay", collector.port) as port:
        send(sqlite_database, number, relay(port), dkim=signer)
        assert states(sqlite_database, number) == {DeliveryState.SENT: PEOPLE}
        until(lambda: collector.count() >= PEOPLE, 60)
        received = collector.accepted()
    assert len(received) == PEOPLE
    for message in received:
        assert message.sender.startswith("bounces+")
        # The relay adds its own trace above ours, and changes nothing of ours.
        trace, _, rest = message.content.partition(b"DKIM-Signature:")
        assert trace.startswith(b"Received:")
        assert wanted[message.recipient] == b"DKIM-Signature:" + rest
        assert dkim.DKIM(message.content).verify(0, dnsfunc=dns)
        assert dkim.DKIM(message.content).verify(1, dnsfunc=dns)
