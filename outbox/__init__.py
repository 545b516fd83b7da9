"""Mailings and their deliveries: MIME, SMTP, ledger, retry. Recipients are only rows handed to it.

What happens is logged as `outbox`, without addresses; a program that wants to see it adds a handler.
"""

import logging

logging.getLogger("outbox").addHandler(logging.NullHandler())
