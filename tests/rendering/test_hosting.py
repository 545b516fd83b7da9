"""An issue's pictures replaced by ones made for it."""

from dataclasses import replace

from lxml import html as lxml_html

from digest.rendering import Block, Image, ItemView, SectionView, Theme, render
from digest.rendering.hosting import hosted, wanted
from digest.rendering.pictures import SMALL, WIDE
from digest.rendering.sample import PICTURES, sample


def test_the_lead_is_wanted_wide_and_the_others_as_the_theme_shows_them() -> None:
    view = sample()
    assert wanted(view, "classic") == {
        f"{PICTURES}lake.jpg": WIDE,
        f"{PICTURES}parliament.jpg": SMALL,
        f"{PICTURES}orchard.jpg": SMALL,
        f"{PICTURES}chess.jpg": SMALL,
    }
    assert set(wanted(view, "magazine").values()) == {WIDE}
    assert wanted(view, "brief") == wanted(view, "plain") == {}


def test_a_picture_of_a_block_is_wanted_in_every_theme_and_the_leads_stays_wide() -> None:
    picture = Image("https://p.example/1.jpg")
    stories = tuple(ItemView("h", "https://a.example/", "s", image=picture) for _ in range(2))
    view = replace(sample(), sections=(SectionView("", (Block("note"), *stories)),))
    assert wanted(view, "classic") == {picture.url: WIDE}
    block = Block("image", image=picture)
    assert wanted(replace(view, sections=(SectionView("", (block,)),)), "plain") == {picture.url: WIDE}


def test_made_pictures_stand_with_their_own_size_and_the_old_words(classic: Theme) -> None:
    view = sample()
    made = {f"{PICTURES}orchard.jpg": Image("https://mail.example/pictures/1.jpg", width=272, height=272)}
    tree = lxml_html.fromstring(render(hosted(view, made), classic).html)
    new = tree.xpath("//img[@src='https://mail.example/pictures/1.jpg']")
    assert [(picture.get("width"), picture.get("height")) for picture in new] == [("136", "136")]
    assert new[0].get("alt") == "Apricot growers turn to the freezer after the May frost"
    assert len(tree.xpath(f"//img[starts-with(@src, '{PICTURES}')]")) == 3
