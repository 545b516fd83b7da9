"""The root of every error that a person can mend."""


class Problem(Exception):
    """One sentence that says what is wrong, with the value at fault, and what to do next.

    Every package derives its own root from this one. The command line prints it and exits 1;
    the web pages show it; neither ever shows a traceback for it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message
