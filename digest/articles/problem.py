"""What can go wrong with an article, in words for people."""

from digest.problem import Problem


class ArticleError(Problem):
    """An article cannot be read, found or stored."""


class NoArticle(ArticleError):
    """A page or file holds no article; `found` says what it held instead."""

    def __init__(self, where: str, found: str) -> None:
        super().__init__(
            f"No article in {where}: {found}.",
            "Give the address of the article itself, not of a front page, list or form.",
        )
        self.where = where
        self.found = found


class ArticleUnknown(ArticleError):
    """No stored article has this id or address."""

    def __init__(self, wanted: str) -> None:
        super().__init__(
            f"There is no article {wanted!r}.", "See `digest article list` for ids and addresses."
        )
        self.wanted = wanted
