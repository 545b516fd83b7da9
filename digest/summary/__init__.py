"""Summaries made of an article's own sentences, and the checks that keep any summary to the article's
facts.
"""

from digest.summary.summarize import Summary, summarize

__all__ = ["Summary", "summarize"]
