"""A sender in a process of its own, to be killed, called with DATABASE PORT MAILING CONNECTIONS."""

import sys

from outbox.problem import OutboxError
from outbox.running import run_sender
from store import Database
from tests.outbox.world import relay, sender


def main(url: str, port: int, mailing_id: int, connections: int) -> None:
    database = Database(url)
    try:
        run_sender(sender(database, relay(port, connections=connections)), mailing_id)
    except OutboxError as error:
        sys.exit(f"Error: {error}")
    finally:
        database.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
