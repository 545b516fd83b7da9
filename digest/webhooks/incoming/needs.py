"""What checking of signatures needs that not every installation has."""

from importlib.util import find_spec

from digest.problem import Problem


class NotInstalled(Problem):
    """A signature cannot be checked here."""


def needs_cryptography(provider: str) -> None:
    """NotInstalled, with what to do, where the package `cryptography` is missing."""
    if find_spec("cryptography") is None:
        raise NotInstalled(
            f"Signatures of {provider} cannot be checked: the package cryptography is not installed.",
            "Install newsroom-digest[dkim].",
        )
