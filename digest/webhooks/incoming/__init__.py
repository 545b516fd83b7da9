"""What mail providers report to us over HTTP: is it theirs, and what does it say. One file a provider; all pure."""

from digest.webhooks.incoming.report import NotGenuine, Report, Unreadable

__all__ = ["NotGenuine", "Report", "Unreadable"]
