"""Delivery failures and complaints, read from the mails that report them."""
