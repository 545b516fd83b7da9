"""Font stacks that exist on readers' machines and hold the script of the issue's language."""

from collections.abc import Mapping

from markupsafe import Markup

from digest.rendering.language import direction

_SERIF: Mapping[str, str] = {
    "hy": "'Noto Serif Armenian', Sylfaen, 'DejaVu Serif', Georgia, serif",
    "ar": "'Noto Naskh Arabic', 'Geeza Pro', 'Times New Roman', serif",
    "": "Georgia, 'Noto Serif', 'Noto Serif Armenian', 'Noto Naskh Arabic', 'Times New Roman', serif",
}
_SANS: Mapping[str, str] = {
    "hy": "-apple-system, 'Segoe UI', 'Noto Sans Armenian', Arial, sans-serif",
    "ar": "-apple-system, 'Segoe UI', 'Noto Sans Arabic', Tahoma, Arial, sans-serif",
    "": "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif",
}


def fonts(language: str, heading: str, text: str) -> dict[str, str]:
    """The families of headings and text, and how far letters of labels stand apart (`tracking`).

    `heading` and `text` are the brand's own families, whose characters were checked, and come first.
    """
    primary = language.split("-")[0].lower()
    key = "ar" if direction(language) == "rtl" else primary if primary in _SERIF else ""
    return {
        "heading": Markup(", ".join(filter(None, (heading, _SERIF[key])))),
        "text": Markup(", ".join(filter(None, (text, _SANS[key])))),
        # Letters of joined scripts must not be spaced apart.
        "tracking": "normal" if key == "ar" else "0.02em",
    }
