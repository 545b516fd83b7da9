"""The errors of the outbox that a person can mend."""

from digest.problem import Problem


class OutboxError(Problem):
    """The root of the outbox's errors."""


class HeaderError(OutboxError):
    """A value cannot stand in a header or an envelope: CR, LF, NUL or something no mail server takes."""


class AddressError(HeaderError):
    """An address that SMTP cannot carry."""


class RelayError(OutboxError):
    """A relay is written wrongly, cannot be reached, or refuses us as a whole."""


class RefusedError(OutboxError):
    """A server said no to one message. `code` is its reply code, `permanent` whether it meant for good."""

    def __init__(self, message: str, hint: str = "", *, code: int, permanent: bool) -> None:
        super().__init__(message, hint)
        self.code = code
        self.permanent = permanent


class AlreadyHandedOverError(OutboxError):
    """The same thing was handed to the outbox before."""


class NobodyError(OutboxError):
    """A mailing without a single recipient."""


class MailingError(OutboxError):
    """No such mailing, or a step that its state does not allow."""
