"""The logo's words are read where pictures are blocked, by day and by night."""

import re

import lxml.html
import pytest

from digest.rendering import Brand, Logo, names, render, theme
from digest.rendering.colour import AA, contrast
from digest.rendering.preflight.cascade import computed
from digest.rendering.sample import sample


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", names())
def test_the_words_of_a_blocked_logo_stand_out_from_its_plate(name: str, dark: bool) -> None:
    brand = Brand(logo=Logo("https://news.example/logo.png", "The Weekly", 160, 40))
    html = render(sample("en", brand=brand), theme(name)).html
    sheets = "".join(re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL))
    body = lxml.html.fromstring(html).find(".//body")
    looks = computed(body, dark=dark, sheets=sheets)
    logos = [element for element in body.iter("img") if element.get("alt") == "The Weekly"]
    assert logos
    for logo in logos:
        assert contrast(looks[logo].colour, looks[logo].background) >= AA
