"""Photograph every theme in Debian's chromium, and lay the pictures out on a sheet for the documentation.

Usage: python bench/screenshots.py [--sheets] [THEME…]
Writes screenshots/<theme>-<language>-<width>-<mode>.png for 320, 375, 640 and 1024 pixels, light, dark,
pictures off and colours inverted by force (Chromium's own forced dark mode, the mail's rules for the dark
dropped), in English, Armenian and Arabic; prints each page's height and whether it scrolls sideways. With
--sheets, docs/themes/<theme>.jpg is made anew from a choice of them.
"""

import re
import shutil
import sys
from pathlib import Path
from typing import Any

from digest import slots
from digest.rendering import Brand, Logo, SocialLink, names, render, theme
from digest.rendering.gallery import picture
from digest.rendering.preflight.mail import EXAMPLE_VALUES
from digest.rendering.sample import LANGUAGES, sample

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "screenshots"
SHEETS = ROOT / "docs" / "themes"
WIDTHS = (320, 375, 640, 1024)
MODES = ("light", "dark", "off", "inverted")
# One row of the sheet: language, width, mode.
ROWS = (
    (("en", 640, "light"), ("en", 375, "light"), ("en", 375, "dark"), ("en", 320, "off")),
    (("hy", 640, "light"), ("hy", 375, "dark"), ("hy", 375, "inverted"), ("hy", 320, "light")),
    (("ar", 640, "light"), ("ar", 375, "light"), ("ar", 375, "dark"), ("ar", 320, "light")),
)
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40" width="160" height="40">'
    '<path d="M0 36 14 8 24 24 32 12 46 36z" fill="#8c2f1b"/>'
    '<text x="56" y="31" font-family="Georgia,serif" font-size="26" font-weight="bold" fill="#1d1d1f">Valley</text></svg>'
)
BRAND = Brand(
    logo=Logo("https://pictures.example/logo.svg", "", 160, 40),
    social=(SocialLink("Mastodon", "https://social.example/@weekly"),),
)
_DARK_RULES = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{(?:[^{}]*\{[^{}]*\})*\s*\}")
_COLOUR_SCHEMES = re.compile(r'<meta name="(?:supported-)?color-schemes?"[^>]*>')
SHOWN_HEIGHT = 1750
GAP = 24
SCALE = 0.44


def without_dark_rules(html: str) -> str:
    """A mail as programs see it that force their own dark mode: they drop the mail's rules for one."""
    return _COLOUR_SCHEMES.sub("", _DARK_RULES.sub("", html))


def _drawn(route: Any) -> None:
    name = route.request.url.rpartition("/")[2].partition(".")[0]
    route.fulfill(body=LOGO if name == "logo" else picture(name), content_type="image/svg+xml")


def _nothing(route: Any) -> None:
    route.abort()


def photograph(browser: Any, name: str, language: str) -> None:
    """Every width and mode of a theme in a language."""
    view = sample(language, brand=BRAND, every_block=True)
    html = slots.fill(render(view, theme(name)).html, EXAMPLE_VALUES, html=True)
    for mode in MODES:
        context = browser.new_context(color_scheme="dark" if mode in ("dark", "inverted") else "light")
        page = context.new_page()
        page.route("**/*", _nothing if mode == "off" else _drawn)
        forced = {"enabled": mode == "inverted"}
        context.new_cdp_session(page).send("Emulation.setAutoDarkModeOverride", forced)
        page.set_content(without_dark_rules(html) if mode == "inverted" else html)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=str(FOLDER / f"{name}-{language}-{width}-{mode}.png"), full_page=True)
            wide, high = page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
            )
            fault = "  SCROLLS SIDEWAYS" if wide > width else ""
            print(f"{name:10}{language:4}{width:6}  {mode:9}{high:6} px{fault}")
        context.close()


def lay_out(name: str) -> Path:
    """The sheet of a theme: a choice of its photographs side by side."""
    from PIL import Image

    rows = []
    for row in ROWS:
        shots = [
            Image.open(FOLDER / f"{name}-{language}-{width}-{mode}.png").convert("RGB")
            for language, width, mode in row
        ]
        strip = Image.new(
            "RGB", (sum(shot.width + GAP for shot in shots) + GAP, SHOWN_HEIGHT + GAP), "#b9b9bd"
        )
        left = GAP
        for shot in shots:
            strip.paste(shot.crop((0, 0, shot.width, SHOWN_HEIGHT)), (left, GAP))
            left += shot.width + GAP
        rows.append(strip)
    sheet = Image.new(
        "RGB", (max(row.width for row in rows), sum(row.height for row in rows) + GAP), "#b9b9bd"
    )
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height
    size = (round(sheet.width * SCALE), round(sheet.height * SCALE))
    SHEETS.mkdir(parents=True, exist_ok=True)
    path = SHEETS / f"{name}.jpg"
    sheet.resize(size, Image.Resampling.LANCZOS).save(
        path, "JPEG", quality=62, optimize=True, progressive=True
    )
    return path


def main() -> int:
    """Photograph, and lay out where asked; 2 when there is no chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("There is no chromium: install Debian's package.", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    chosen = [argument for argument in sys.argv[1:] if not argument.startswith("--")] or names()
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for name in chosen:
            for language in LANGUAGES:
                photograph(browser, name, language)
        browser.close()
    if "--sheets" in sys.argv:
        for name in chosen:
            path = lay_out(name)
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
