"""Abbreviations after which a full stop does not end a sentence, by language.

Only those are listed that stand before another word of the same sentence (titles, units, references).
Compared in lower case and without the last full stop.
"""

from digest.text.wordlists import word_set

ABBREVIATIONS: dict[str, frozenset[str]] = {
    "en": word_set(
        """
mr mrs ms dr prof rev hon gen lt col capt sgt maj adm cmdr cpl pvt gov sen rep reps sens pres
supt det insp st mt ft jr sr nos vs e.g i.e cf al approx dept fig figs vol pp eds sec ch messrs mmes
jan feb mar apr jun jul aug sep sept oct nov dec
"""
    ),
    "ru": word_set(
        """
г гг в вв т е т.е т.н т.к ул д стр рис см ср им проф акад доц св о оз пл пр пер бул кв корп обл
руб коп тыс млн млрд трлн шт кг км см мм га напр гл ред сост изд и.о пос дер
"""
    ),
    "hy": word_set(
        """
պրն տկն օր դոկտ պրոֆ ակադ հ թ թթ դ դդ հմմ տես նկ էջ հատ գլ փող մ.թ ք.ա ն.ք ս սբ տ
"""
    ),
    "ar": word_set(
        """
د أ م ق ص ج ط ه ت
"""
    ),
    "fr": word_set(
        """
m mm mme mmes mlle dr pr st ste me cf p pp art av env janv févr avr juil sept oct nov déc
"""
    ),
    "de": word_set(
        """
dr prof hr fr st nr bzw ca z.b d.h u.a o.ä vgl mio mrd abs art bd jan feb aug sept okt nov dez
"""
    ),
    "es": word_set(
        """
sr sra sres dr dra d dña ud uds gral pág págs núm art etc ej ee.uu
"""
    )
    - {"etc"},
    "it": word_set(
        """
sig dott prof ing avv on sen dr art pag
"""
    ),
    "pt": word_set(
        """
sr sra dr dra prof exmo av pág art núm
"""
    ),
}

# Between digits or before one these are no end either: "No. 5", "p. 12", "д. 5".
BEFORE_NUMBER: dict[str, frozenset[str]] = {
    "en": word_set(
        """
no nos p pp v vol fig art sec ch vs approx c ca circa est jan feb mar apr aug sept oct nov dec
"""
    ),
    "ru": word_set(
        """
д стр кв с п ст рис гл г N
"""
    ),
    "hy": frozenset(["էջ", "համ", "հոդ", "կետ", "նկ"]),
}
