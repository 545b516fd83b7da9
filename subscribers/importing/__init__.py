"""Bringing people from a file: how it is read, what its columns mean, how it is stored."""
