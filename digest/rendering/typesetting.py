"""Small mercies of a typesetter that change no word: a number is not torn from its unit."""

import re

_UNITS = (
    r"%|‰|°[CF]?|[mck]?m|km/h|k?m²|ha|m?g|kg|t|ml|l|[kMG]Wh?|[MG]B|Mio|Mrd|ml[nd]|€|\$|£|₽|֏"
    r"|մմ|սմ|կմ|մ|հա|գ|կգ|տ|լ|мм|см|м|км|га|г|кг|т|л|мин|млн|млрд|руб|ملم|سم|م|كم|غ|كغ"
)
_BEFORE_UNIT = re.compile(rf"(\d) (?=(?:{_UNITS})(?!\w))")


def kept_together(text: str) -> str:
    """`text` with a no-break space between a number and the unit after it."""
    return _BEFORE_UNIT.sub("\\1\u00a0", text)
