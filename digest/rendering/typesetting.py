"""Small mercies of a typesetter that change no word: a number is not torn from its unit."""

import re

_UNITS = (
    "% ‰ ° °C °F mm cm m km km/h m² km² ha mg g kg t ml l kW MW GW kWh MWh GWh GB MB Mio Mrd mln mld € $ £ ₽ ֏ "
    "մմ սմ մ կմ հա գ կգ տ լ мм см м км га г кг т л мин млн млрд руб ملم سم م كم غ كغ"
).split()
_BEFORE_UNIT = re.compile(rf"(\d) (?=(?:{'|'.join(map(re.escape, _UNITS))})(?!\w))")


def kept_together(text: str) -> str:
    """`text` with a no-break space between a number and the unit after it."""
    return _BEFORE_UNIT.sub("\\1\u00a0", text)
