"""Mailings and their deliveries: MIME, SMTP, ledger, retry. Recipients are only rows handed to it."""
