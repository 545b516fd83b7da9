"""A theme says in `theme.toml` how long its summaries are; a wrong file is told where it stands."""

from pathlib import Path

import pytest

from digest.rendering.errors import TemplateError
from digest.rendering.own_themes import start_theme, theme_in
from digest.rendering.theme import names, theme
from digest.summary.length import Length


def test_every_bundled_theme_says_how_long_its_summaries_are() -> None:
    lengths = {name: theme(name).settings.summary for name in names()}
    assert lengths["brief"] == Length(words=40)
    assert all(30 <= length.words <= 60 for length in lengths.values())


def test_a_new_theme_takes_the_length_along_and_may_count_characters(tmp_path: Path) -> None:
    folder = start_theme(tmp_path, "mine", "brief")
    assert theme_in(folder).settings.summary == Length(words=40)
    (folder / "theme.toml").write_text("[summary]\ncharacters = 400\n")
    assert theme_in(folder).settings.summary == Length(characters=400)


def test_a_theme_without_the_file_has_sixty_words(tmp_path: Path) -> None:
    folder = start_theme(tmp_path, "mine")
    (folder / "theme.toml").unlink()
    assert theme_in(folder).settings.summary == Length(words=60)


@pytest.mark.parametrize(
    "wrong, told",
    [
        ("[summary", "not TOML"),
        ("[summary]\nwords = 0", "cannot be made"),
        ("[summary]\nwords = 'many'", "whole number"),
        ("[summary]\nwords = 40\ncharacters = 300", "cannot be made"),
        ("[summary]\nlines = 3", "no setting `lines`"),
        ("summary = 60", "is a table"),
        ("[fonts]\nsize = 3", "no setting `fonts`"),
    ],
)
def test_a_wrong_file_is_told_with_its_name_before_anything_is_built(
    tmp_path: Path, wrong: str, told: str
) -> None:
    folder = start_theme(tmp_path, "mine")
    (folder / "theme.toml").write_text(wrong)
    with pytest.raises(TemplateError, match=told) as caught:
        theme_in(folder)
    assert caught.value.file == "mine/theme.toml"
