"""What selection knows of an article."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Candidate:
    """An article that could be in the issue. Text fields are empty, numbers zero, where nothing is known.

    `pinned` puts it first, `dropped` keeps it out, `kept` keeps it in at the place its score gives it:
    all three are the editor's word.

    `story_key` is shared by the tellings of one story, `pair_key` by the versions of one piece in
    several languages. `told_by` counts the sources that tell the story where the caller knows more
    of them than it passes in. `text` is the article's opening, for muted words and section queries.

    `already_sent_in` is the number of the issue in which readers got this article or another telling
    of its story, `already_sent_by` the newsletter where that is another one, `sent_at` when;
    `sent_itself` says that it was this very article. `novelty` is the share (0 to 1) of this article's
    text that the sent telling did not have. `had_by` is the share of the readers who had the story from
    another newsletter, where it is low enough that the others may still get it.
    """

    article_id: int
    story_key: str
    url: str
    title: str
    published_at: datetime
    source_id: int | None = None
    source_name: str = ""
    source_weight: float = 1.0
    section: str = ""
    topics: tuple[str, ...] = ()
    author: str = ""
    language: str = ""
    words: int = 0
    has_image: bool = False
    comments: int = 0
    pinned: bool = False
    dropped: bool = False
    kept: bool = False
    own_piece: bool = True
    evergreen: bool = False
    told_by: int = 1
    pair_key: str = ""
    text: str = ""
    already_sent_in: int | None = None
    already_sent_by: str = ""
    sent_at: datetime | None = None
    sent_itself: bool = False
    novelty: float | None = None
    had_by: float = 0.0

    @property
    def held(self) -> bool:
        """Whether the editor wants it in: no gate and no limit but the number of places keeps it out."""
        return self.pinned or self.kept

    @property
    def source(self) -> str:
        """The source's name for a reader, or its number where it has none."""
        return self.source_name or (f"source {self.source_id}" if self.source_id is not None else "")
