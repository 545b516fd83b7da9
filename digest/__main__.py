"""`python -m digest` is the same program as `digest`."""

from digest.cli import main

main()
