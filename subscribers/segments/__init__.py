"""Segments: a small language to say which people are meant, and its way into SQL."""
