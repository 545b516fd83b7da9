"""Digest: a self-hosted newsletter digest generator. The newsroom, and the program."""

__version__ = "0.1.0"
