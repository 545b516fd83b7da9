"""A brand is refused with the field, its fault and the cure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.rendering import Brand, BrandError, Logo, SocialLink, parse_brand
from digest.rendering import colour as colours
from digest.rendering.brand import DARK_SHEET, faint
from digest.rendering.colour import BLACK, WHITE, Colour, contrast, inverted, nearest_passing
from digest.rendering.palette import palette

any_colour = st.builds(Colour, *(st.integers(0, 255) for _ in range(3)))


def test_an_empty_brand_is_the_default() -> None:
    assert parse_brand({}) == Brand()


def test_every_field_is_read() -> None:
    brand = parse_brand(
        {
            "accent": "#0b5c8a",
            "ink": "#111111",
            "ground": "#f4f4f4",
            "heading_font": 'Lora, "My Font"',
            "text_font": "Inter",
            "logo": {"url": "https://a.example/logo.png", "alt": "A", "width": 200, "height": 50},
            "header": "News of the valley",
            "footer": "Written by five people",
            "social": [{"name": "Mastodon", "url": "https://m.example/"}],
            "card_image": "https://a.example/card.png",
        }
    )
    assert brand.logo == Logo("https://a.example/logo.png", "A", 200, 50)
    assert brand.social == (SocialLink("Mastodon", "https://m.example/"),)
    assert brand.heading_font == "Lora, 'My Font'"


def test_a_logo_may_be_an_address_alone() -> None:
    assert parse_brand({"logo": "https://a.example/l.png"}).logo == Logo("https://a.example/l.png")


def test_a_pair_with_too_little_contrast_is_refused_with_the_nearest_colour_that_passes() -> None:
    with pytest.raises(BrandError, match=r"accent colour #ffcc00 has a contrast of 1\.\d") as caught:
        parse_brand({"accent": "#ffcc00"})
    proposed = caught.value.hint.rstrip(".").rpartition(" ")[2]
    parse_brand({"accent": proposed})
    with pytest.raises(BrandError, match="ink colour #777777"):
        parse_brand({"ink": "#777777"})
    with pytest.raises(BrandError, match="No dark text can be read on the ground colour #705040"):
        parse_brand({"ground": "#705040"})


_ANY = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@settings(max_examples=50, deadline=None)
@given(_ANY, _ANY, _ANY)
def test_whatever_the_colours_the_offers_lead_to_a_brand_that_can_be_read(
    accent: str, ink: str, ground: str
) -> None:
    worn = {"accent": accent, "ink": ink, "ground": ground}
    for _ in range(3):
        found = faint(**worn)
        worn |= {one.field: str(one.nearest) for one in found}
    assert faint(**worn) == []
    parse_brand(worn)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"colour": "#fff"}, "no field 'colour'"),
        ({"accent": "red"}, "'red' is not a colour"),
        ({"accent": 3}, "accent must be text"),
        ({"text_font": "x; } body { display: none"}, "not a list of font names"),
        ({"logo": "ftp://a.example/x"}, "not a web address"),
        ({"logo": {"src": "x"}}, "is not understood"),
        ({"logo": {"url": "https://a.example/", "width": 9000}}, "width 9000"),
        ({"social": ["https://x.example"]}, "is not understood"),
        ({"social": [{"name": "X", "url": "javascript:x"}]}, "not a web address"),
        ({"card_image": "x.png"}, "not a web address"),
    ],
)
def test_a_wrong_value_is_named(values: dict[str, object], fault: str) -> None:
    with pytest.raises(BrandError, match=fault):
        parse_brand(values)


def test_contrast_is_what_wcag_says() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(colours.parse("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)
    assert contrast(WHITE, WHITE) == 1


@given(any_colour, any_colour)
def test_the_nearest_passing_colour_passes_wherever_one_can(wanted: Colour, ground: Colour) -> None:
    found = nearest_passing(wanted, ground)
    assert contrast(found, ground) >= 4.5
    if contrast(wanted, ground) >= 4.5:
        assert found == wanted


def test_forced_dark_mode_turns_lightness_over_and_keeps_the_hue() -> None:
    assert inverted(WHITE) == BLACK
    assert inverted(BLACK) == WHITE
    red = inverted(colours.parse("#8c2f1b"))
    assert red.red > red.green > red.blue
    assert red.luminance > 0.3


@given(any_colour)
def test_what_reads_well_on_white_reads_when_both_are_turned_over(shade: Colour) -> None:
    if contrast(shade, WHITE) >= 5.5:
        assert contrast(inverted(shade), BLACK) >= 4.5


@given(any_colour)
def test_every_colour_of_a_brand_that_is_accepted_reads_in_light_and_dark(accent: Colour) -> None:
    brand = Brand(accent=str(nearest_passing(accent, WHITE, colours.parse(Brand.ground))))
    shades = {name: colours.parse(value) for name, value in palette(brand).items()}
    for text in ("accent", "ink", "muted"):
        for ground in ("sheet", "ground"):
            assert contrast(shades[text], shades[ground]) >= 4.5
    for text in ("dark_accent", "dark_ink", "dark_muted"):
        for ground in ("dark_sheet", "dark_ground", "dark_tint"):
            assert contrast(shades[text], shades[ground]) >= 4.5
    assert contrast(shades["accent"], shades["tint"]) >= 4.5
    assert contrast(shades["muted"], shades["tint"]) >= 4.5
    assert contrast(shades["on_accent"], shades["accent"]) >= 4.5
    assert shades["dark_sheet"] == DARK_SHEET
