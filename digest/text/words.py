"""Words of a text: tokens to compare, light stems, and how long a text is for a reader."""

import re
from functools import lru_cache

from digest.text.language import base_language
from digest.text.wordlists import word_set

_TOKEN = re.compile(r"[^\W_]+(?:['’՚][^\W\d_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# ՞ ՛ ՜ are written inside an Armenian word, and Arabic vowel signs and elongation inside an Arabic one.
_INNER_MARKS = re.compile(r"[՛՜՞\u0640\u064b-\u0652\u0301]")


def tokens(text: str) -> list[str]:
    """The words of `text` in order and in lower case; Chinese and Japanese runs give pairs of characters."""
    return [word.lower() for word in written_words(text)]


def written_words(text: str) -> list[str]:
    """The words of `text` as `tokens` cuts them, in the case they are written in."""
    plain = _INNER_MARKS.sub("", text)
    if not _CJK.search(plain):
        return _TOKEN.findall(plain)
    found: list[str] = []
    for word in _TOKEN.findall(plain):
        if _CJK.search(word) and len(word) > 1:
            found.extend(word[i : i + 2] for i in range(len(word) - 1))
        else:
            found.append(word)
    return found


def word_count(text: str) -> int:
    """How many words a reader sees: parts between white space; two Chinese or Japanese characters are one."""
    east_asian = len(_CJK.findall(text))
    if not east_asian:
        return len(text.split())
    others = sum(any(char.isalnum() for char in part) for part in _CJK.sub(" ", text).split())
    return others + (east_asian + 1) // 2


_ENGLISH = re.compile(r"(?:['’]s?|(?<=[^s])s|(?<=ss)es|(?<=\w{3})(?:ed|ing|ly))$")
_RUSSIAN = re.compile(
    r"(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ией|иях|иям|ость|ости|ться|тся|ешь|ете|ите|"
    r"ой|ей|ый|ий|ая|яя|ое|ее|ые|ие|ую|юю|ов|ев|ам|ям|ах|ях|ом|ем|ым|им|ия|ию|ии|ет|ит|ут|ют|ат|ят|"
    r"ла|ло|ли|ть|"
    r"а|я|о|е|ы|и|у|ю|ь|й|л)$"
)
_ARMENIAN = re.compile(
    r"(?:ությունները|ությունների|ություններ|ությունը|ության|ություն|ութիւնները|ութիւններ|ութիւնը|"
    r"ութեան|ութիւն|"
    r"ներին|ների|ներով|ներից|ներում|ներուն|ներու|ներէն|ները|ներն|ներ|երին|երի|երից|երով|երը|երուն|երու|եր|"
    r"ում|ից|ով|էն|ին|ուն|ու|ի|ը|ն|ա)$"
)
_ARABIC = re.compile(r"^(?:وال|بال|كال|فال|لل|ال)")
_SUFFIXES = {"en": _ENGLISH, "ru": _RUSSIAN, "hy": _ARMENIAN}
_SHORTEST = 3


@lru_cache(maxsize=65_536)
def stem(token: str, code: str) -> str:
    """`token` without its commonest endings in the language `code`; a rough key for comparing, not a word."""
    if code == "ar":
        bare = _ARABIC.sub("", token)
        return bare if len(bare) >= _SHORTEST else token
    pattern = _SUFFIXES.get(code)
    if pattern is None or len(token) <= _SHORTEST or token[0].isdigit():
        return token
    shorter = pattern.sub("", token)
    if code == "en" and shorter.endswith("e") and len(shorter) > _SHORTEST:
        shorter = shorter[:-1]
    return shorter if len(shorter) >= _SHORTEST else token


def stems(text: str, language: str | None = None) -> list[str]:
    """Stems of the words of `text`, in order."""
    code = base_language(language, text)
    return [stem(token, code) for token in tokens(text)]


FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": word_set(
        """
a about after again against all also am an and any are as at be because been before being between
both but by can could did do does doing down during each few for from further had has have having he
her here hers him his how i if below above herself himself itself myself ourselves themselves
yourself ours theirs yours in into is it its just me more most my no nor not now of off on once only
or other our out over own said same say says she should so some such than that the their them then
there these they this those through to too under until up us very was we were what when where which
while who whom why will with would you your
"""
    ),
    "ru": word_set(
        """
а без бы был была были было быть в во вот все всех всего вы где да для до его ее её если есть еще
ещё же за и из или им их к как ко когда кто ли мне мы на над не него нее нет ни но о об он она они
оно от по под при с со так также там то того тоже только тот у уже чем что чтобы эта эти это этого
этой этом этот я
"""
    ),
    "hy": word_set(
        """
այդ այն այս այլ այնպես այսպես ավելի բայց բոլոր դա ես եւ և է էին էր եմ են ենք եք թե թէ իր իրեն իսկ կա
կամ կը համար հետ մի մը մեկ մեր մեջ մէջ նա նաև նրա նրան նրանք որ որը որոնք որի որպես ու պետք սա վրա
վրայ տակ քան ալ ան անոր պիտի զայն ինչ ինչպես ինչպէս ըստ երբ մինչ ետք առանց
"""
    ),
    "ar": word_set(
        """
في من على إلى عن أن إن كان كانت هذا هذه ذلك تلك التي الذي و أو ثم لا لم لن ما مع بعد قبل كل قد هو هي
هم بين حتى عند غير كما قال أي
"""
    ),
    "fr": word_set(
        """
le la les de des du un une et à au aux en dans pour par sur avec que qui ce cette ces est sont a ont
il elle ils elles se ne pas plus ou mais son sa ses leur
"""
    ),
    "de": word_set(
        """
der die das den dem des ein eine einen einem einer und in im zu von mit auf für ist sind war waren
nicht auch sich es er sie an als bei aus nach wie dass oder aber hat haben
"""
    ),
    "es": word_set(
        """
el la los las de del un una y a en que por para con se su sus al lo es son fue ha han no más o pero
como
"""
    ),
}


def content_stems(text: str, code: str) -> list[str]:
    """Stems of the words of `text` that carry meaning: function words and single letters left out."""
    function = FUNCTION_WORDS.get(code, frozenset())
    return [
        stem(token, code)
        for token in tokens(text)
        if token not in function and (len(token) > 1 or token.isdigit())
    ]
