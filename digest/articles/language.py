"""Which language a text is in: what the page declares, checked against the script and the small words of
the text."""

import re
from collections import Counter

SAMPLE = 4000
"""Characters looked at."""

_SCRIPTS = (
    ("Armn", 0x0530, 0x058F),
    ("Cyrl", 0x0400, 0x052F),
    ("Grek", 0x0370, 0x03FF),
    ("Hebr", 0x0590, 0x05FF),
    ("Arab", 0x0600, 0x06FF),
    ("Arab", 0x0750, 0x077F),
    ("Deva", 0x0900, 0x097F),
    ("Beng", 0x0980, 0x09FF),
    ("Taml", 0x0B80, 0x0BFF),
    ("Thai", 0x0E00, 0x0E7F),
    ("Geor", 0x10A0, 0x10FF),
    ("Ethi", 0x1200, 0x137F),
    ("Kana", 0x3040, 0x30FF),
    ("Hani", 0x4E00, 0x9FFF),
    ("Hang", 0xAC00, 0xD7AF),
)
_ONLY = {
    "Armn": "hy",
    "Grek": "el",
    "Hebr": "he",
    "Deva": "hi",
    "Beng": "bn",
    "Taml": "ta",
    "Thai": "th",
    "Geor": "ka",
    "Ethi": "am",
    "Kana": "ja",
    "Hang": "ko",
}
_SCRIPT_OF = {
    "Armn": "hy hyw xcl",
    "Cyrl": "ru uk bg sr mk be kk ky mn tg tt",
    "Grek": "el",
    "Hebr": "he yi iw",
    "Arab": "ar fa ur ckb ps sd ug",
    "Deva": "hi mr ne",
    "Beng": "bn as",
    "Taml": "ta",
    "Thai": "th",
    "Geor": "ka",
    "Ethi": "am ti",
    "Hani": "zh ja yue",
    "Kana": "ja",
    "Hang": "ko",
}
_SMALL_WORDS = {
    "en": "the of and to in that is was for on with his it by from are this have not said were which has been their",
    "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat",
    "fr": "le la les et des du une est dans que pour qui sur pas au par plus avec ce il sont cette ses ont aux",
    "es": "el la los las de que en y del se por con para una su al lo como más pero sus este ha sin",
    "it": "il di che la è per una del con non della sono le dei nel gli alla anche più ha si delle",
    "pt": "o de que do da em um para com não uma os no se na por mais as dos foi ao das pelo são",
    "nl": "de het een van en in is dat op te zijn voor met niet aan er om ook als maar bij nog",
    "sv": "och att det som en på är av för med den till inte har de ett om var men så från",
    "da": "og at det er en af på til med for der ikke den de har som et var men sig fra blev",
    "nb": "og det er på en av til for med som at ikke den har de et var fra men seg ble etter",
    "fi": "ja on ei että se oli hän ovat joka mutta kun myös tai niin sen kuin ole mukaan",
    "pl": "w i na się z nie do jest to że o jak po od za przez ale co tym dla jego oraz",
    "cs": "a se v na je že to s z do o ale jako jsou za by pro po jeho jsem podle také která",
    "sk": "a sa v na je že to s z do o ale ako sú za by pre po jeho som podľa aj ktorá",
    "hu": "a az és hogy nem is egy ez azt meg volt csak már van vagy mint de el még ki",
    "ro": "de și a în la cu pe nu care este din că o un să pentru mai sau fost al ale au",
    "tr": "ve bir bu da de için ile olarak çok daha gibi olan ne kadar sonra ise en değil olduğu",
    "id": "yang dan di dari dengan untuk pada ini tidak dalam itu akan ke adalah juga ada oleh mereka",
    "vi": "của và là có cho không được các trong một những người với khi này đã về để cũng",
    "hr": "i je u se na da su za od s što ne ali bi kao iz nije koji koja koje biti",
    "sl": "je in v da na se za so ki ne z pa s po kot bi tudi še ga od",
    "sq": "të e në për me dhe një që nga është si ka i së do nuk më kanë",
    "ca": "el la de que i els les del en un una per amb és no al va han com més",
    "et": "ja on et ei see oma ka ning kes mis kui ta aga oli seda",
    "lt": "ir į kad yra su iš tai ne bet kaip apie po už jo buvo",
    "lv": "un ir ar par no ka kas uz bet arī tas pēc to nav",
    "hy": "և է են որ ու էր այս իր մեջ որը համար մասին հետ այդ եւ նաև ոչ նրա որպես"
    " պետք կարող եմ մի ըստ հայաստանի այն վրա",
    "ar": "في من على أن إلى عن التي الذي مع هذا هذه ما لا كان قد بعد بين كما لم أو ذلك كل وقال إن وفي",
    "ru": "и в не на что с по это как но он к у из за от для был также его который",
    "uk": "і в не на що з до як та це у за від для але він про також її який",
    "bg": "и на в да за се от с че по не ще са това като към след при който",
    "sr": "и је у се на да су за од са што не али као из није који која",
    "mk": "и на во да се за од со не дека ќе ги што е како по кој",
    "be": "і ў не на што з да як гэта але ён пра таксама яго які",
    "kk": "және мен бұл үшін бір деп де да болып еді бойынша туралы",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_CYRILLIC = ("ru", "uk", "bg", "sr", "mk", "be", "kk")
_LATIN = tuple(name for name in _WORDS if name not in (*_CYRILLIC, "hy", "ar"))
_SURE = 0.12


def tag(declared: str | None) -> str | None:
    """A declared language as a BCP 47 tag's language: `en_US` and `EN-gb` give `en`, Chinese keeps its
    script or region."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2,4}))?\b", declared or "")
    if not found:
        return None
    language = {"iw": "he", "in": "id", "no": "nb", "eng": "en", "arm": "hy", "hye": "hy"}.get(
        found[1].lower(), found[1].lower()
    )
    if language in ("und", "mul", "zxx"):
        return None
    if language == "zh" and found[2]:
        return f"zh-{found[2].upper() if len(found[2]) == 2 else found[2].title()}"
    return language


def small_words(language: str) -> frozenset[str]:
    """The commonest words of a language; none for one that is not known."""
    return _WORDS.get(language, frozenset())


def detect(text: str) -> str | None:
    """The language of `text` by script and small words; None when there is too little to tell."""
    script, share = _script(text)
    if script is None:
        return None
    if script in _ONLY:
        return _ONLY[script]
    if script == "Hani":
        return "ja" if share.get("Kana", 0) > 0.02 else "zh"
    if script == "Arab":
        if re.search("[ٹڈڑے]", text):
            return "ur"
        return "fa" if len(re.findall("[پچژگکی]", text)) > 0.02 * len(text) else "ar"
    ranked = _ranked(text, script)
    return ranked[0][0] if ranked and ranked[0][1] >= _SURE / 2 else None


def language_of(text: str, declared: list[str | None]) -> str | None:
    """The first declared language that the text bears out, else the detected one, else the first declared.

    Themes often declare `en-US` whatever they hold: a script that does not fit, or another language's small
    words in plenty, overrule the declaration.
    """
    tags = [found for item in declared if (found := tag(item))]
    script, share = _script(text)
    fitting = [found for found in tags if _fits(found, script, share)]
    if script in ("Latn", "Cyrl"):
        ranked = _ranked(text, script)
        if ranked and ranked[0][1] >= _SURE:
            scores = dict(ranked)
            best = ranked[0]
            for found in fitting:
                own = scores.get(found.split("-")[0])
                if own is None or own >= 0.75 * best[1]:
                    return found
            return best[0]
    if fitting:
        return fitting[0]
    return detect(text) or (tags[0] if tags and script is None else None)


def _script(text: str) -> tuple[str | None, dict[str, float]]:
    counts: Counter[str] = Counter()
    for character in text[:SAMPLE]:
        if character.isalpha():
            code = ord(character)
            if code < 0x0250 or 0x1E00 <= code <= 0x1EFF:
                counts["Latn"] += 1
            else:
                counts[next((name for name, low, high in _SCRIPTS if low <= code <= high), "Zyyy")] += 1
    total = sum(counts.values())
    if total < 20:
        return None, {}
    share = {name: count / total for name, count in counts.items()}
    if share.get("Kana", 0) > 0.1:
        return "Kana", share
    return counts.most_common(1)[0][0], share


def _fits(language: str, script: str | None, share: dict[str, float]) -> bool:
    base = language.split("-")[0]
    for name, languages in _SCRIPT_OF.items():
        if base in languages.split():
            if base == "ja" and script == "Hani":
                return share.get("Kana", 0) > 0.02
            if name == script:
                return True
    if any(base in languages.split() for languages in _SCRIPT_OF.values()):
        return script is None or (script == "Latn" and base in ("sr", "kk"))
    return script in (None, "Latn")


def _ranked(text: str, script: str) -> list[tuple[str, float]]:
    words = re.findall(r"[^\W\d_]+", text[:SAMPLE].lower())
    if len(words) < 8:
        return []
    counts = Counter(words)
    languages = _CYRILLIC if script == "Cyrl" else _LATIN
    scored = [(name, sum(counts[word] for word in _WORDS[name]) / len(words)) for name in languages]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))
