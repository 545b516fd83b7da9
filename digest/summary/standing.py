"""Whether a sentence can be understood without the one before it.

A sentence that begins with a pronoun, a pointing word or a connective leans on an earlier one. The lists hold
sentence openings only: a pronoun later in a sentence mostly finds its name in the same sentence.
"""

import re

from digest.text.wordlists import word_set

_PERSONAL: dict[str, frozenset[str]] = {
    "en": word_set(
        """
he she they it his her their him them its she's he's they're it's he'd she'd they'd he'll she'll
they'll
"""
    ),
    "ru": word_set(
        """
он она они оно его ее её их ему ей им
"""
    ),
    "hy": word_set(
        """
նա նրանք նրա նրանց նրան ան անոնք անոր անոնց
"""
    ),
    "ar": word_set(
        """
وهو وهي وهم هو هي هم
"""
    ),
    "fr": word_set(
        """
il elle ils elles son sa ses leur leurs
"""
    ),
    "de": word_set(
        """
er sie es ihr sein seine ihre
"""
    ),
    "es": word_set(
        """
él ella ellos ellas su sus
"""
    ),
    "it": word_set(
        """
lui lei loro egli ella essi suo sua
"""
    ),
    "pt": word_set(
        """
ele ela eles elas seu sua
"""
    ),
}
_POINTING: dict[str, frozenset[str]] = {
    "en": word_set(
        """
this that these those such here both neither either another others however nevertheless nonetheless
therefore thus hence moreover furthermore besides instead otherwise then consequently likewise
similarly additionally too
"""
    ),
    "ru": word_set(
        """
это этот эта эти этого этой этому этим этих там тогда такой такая такие такое но однако а и или
поэтому также тоже кроме затем потом впрочем тем следовательно итак зато причем причём
"""
    ),
    "hy": word_set(
        """
դա սա այդ այս այն դրա սրա դրանք սրանք այնտեղ այստեղ սակայն բայց իսկ և եւ ու կամ ուստի նաև նաեւ ապա
հետևաբար այնուհետև այնուամենայնիվ այսպիսով ասիկա ատիկա ասոնք հոն հոս այսպէս այնպես միաժամանակ
"""
    ),
    "ar": word_set(
        """
هذا هذه ذلك تلك هؤلاء لكن ولكن لذلك ولذلك كما وكما أيضا ثم بينما حيث وهذا وهذه وذلك هناك وقال وأضاف
وأوضح وأشار وأكد وتابع وذكر وقالت وأضافت
"""
    ),
    "fr": word_set(
        """
ce cet cette ces cela ça c'est mais et ou donc or cependant toutefois pourtant aussi ainsi alors
puis ensuite néanmoins là
"""
    ),
    "de": word_set(
        """
das dies diese dieser dieses dort dann aber und oder doch jedoch deshalb daher außerdem auch
trotzdem dabei damit
"""
    ),
    "es": word_set(
        """
esto eso este esta estos estas ese esa esos esas pero y o sin así también además entonces luego allí
aunque
"""
    ),
    "it": word_set(
        """
questo questa questi queste quello quella ma e o però quindi inoltre anche così poi
"""
    ),
    "pt": word_set(
        """
isto isso este esta esse essa mas e ou porém portanto também além assim então
"""
    ),
}
_PHRASES = {
    "en": r"(?:for (?:example|instance)|in (?:addition|contrast|fact|turn|that|this|other words)|"
    r"as a result|as such|at the "
    r"(?:same )?time|after (?:that|this)|because of (?:that|this)|on the other hand|even so|"
    r"the (?:former|latter|same|pair|"
    r"two|duo|move|statement|comments|remarks|incident|decision|trio)\b|by (?:then|that)|"
    r"like (?:that|this)|all of (?:that|"
    r"this|them)|some of (?:them|those)|most of (?:them|those)|many of (?:them|those)|not so|if so|"
    r"of (?:those|these|them)|all (?:are|were|of (?:it|us))|"
    r"the (?:first|second|third|other|others|rest|latter) (?:is|was|are|were|would|will|has|had|have))\b",
    "ru": r"(?:по его|по её|по ее|по их|в то же время|при этом|кроме того|в этом|об этом|после этого|"
    r"в связи с этим|тем не менее|"
    r"к тому же|в свою очередь|в частности|таким образом)\b",
    "hy": r"(?:ըստ նրա|նրա խոսքով|նրա կարծիքով|այդ մասին|այս մասին|միևնույն ժամանակ|բացի այդ|դրանից հետո)",
    "ar": r"(?:في الوقت نفسه|بالإضافة إلى ذلك|من جهة أخرى|ومن جانبه|من جانبه|إلى ذلك)",
}
_CHINESE = re.compile(
    r"^(?:他|她|它|他们|她们|这|那|其|该|此|但|不过|然而|而|并|另外|同时|因此|所以|对此|随后|之后|据悉)"
)
_JAPANESE = re.compile(
    r"^(?:彼|彼女|これ|それ|この|その|あの|しかし|だが|また|そして|さらに|そのため|一方|ただ|同)"
)
_PHRASE = {code: re.compile(pattern, re.IGNORECASE) for code, pattern in _PHRASES.items()}
_FIRST_WORD = re.compile(r"[^\w]*([^\W\d_]+(?:['’][^\W\d_]+)?)")
_QUOTE_OPEN = '"“«„‘「『'
_QUOTE_CLOSED = re.compile(r"[\"”»“’」』][.!?…,։:]*$|[.!?…,։:][\"”»“’」』]$")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|「[^」]*」|``.*?''")

# "It is not clear whether …": a pronoun that stands for nobody.
_EXPLETIVE = re.compile(
    r"^It(?:['’](?:s|ll be)| is| was| has been| will be| would be| remains| seems| appears| took| takes)\b.*"
    r"\b(?:that|to|who|whether|how|why|when|if|for)\b"
)

# "This week the council …": a time, told from the day of the article and not from the sentence before.
_TIME = re.compile(
    r"^This (?:week|weekend|month|year|season|spring|summer|autumn|fall|winter|morning|afternoon|evening|decade|"
    r"century|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)

# After any other sentence these read on; they only cannot come first.
_CONNECTING = {"en": word_set("but and or so yet meanwhile still also again")}

PERSONAL, POINTING, QUOTED = "personal", "pointing", "quoted"
EXPLETIVE, CONNECTING = "expletive", "connecting"


def leaning(sentence: str, code: str) -> str | None:
    """Why `sentence` should not open a text: PERSONAL pronoun, POINTING word or connective, QUOTED without a
    speaker, EXPLETIVE "it", CONNECTING word; or None. All but the last two lean on one earlier sentence.

    A quotation followed by its speaker ("We go," she said) is judged by the speaker alone, not by the words
    quoted.
    """
    bare = sentence.lstrip()
    if bare[:1] in _QUOTE_OPEN or bare.startswith(("``", "- ", "— ", "– ")):
        outside = _QUOTED.sub(" ", bare)
        if not any(char.isalpha() for char in outside):
            return QUOTED
        if re.match(r"^[\s,]*(?:he|she|they|it)\b", outside, re.IGNORECASE) or re.search(
            r"\b(?:said|added)\s+(?:he|she)\b", outside
        ):
            return PERSONAL
        return None if bare[:1] in _QUOTE_OPEN and len(outside.split()) > 1 else QUOTED
    if code == "zh":
        return POINTING if _CHINESE.match(bare) else None
    if code == "ja":
        return POINTING if _JAPANESE.match(bare) else None
    word = _FIRST_WORD.match(bare)
    if not word:
        return None
    first = word[1].lower().replace("’", "'")
    if first in _PERSONAL.get(code, ()):
        return EXPLETIVE if code == "en" and _EXPLETIVE.match(bare) else PERSONAL
    if first in _CONNECTING.get(code, ()):
        return CONNECTING
    if code == "en" and _TIME.match(bare):
        return None
    if code == "en":
        first = first.removesuffix("'s").removesuffix("'ll")  # "That's", "That'll"
    if first in _POINTING.get(code, ()) or (code in _PHRASE and _PHRASE[code].match(bare)):
        return POINTING
    return None


def may_begin(sentence: str, reason: str | None) -> bool:
    """Whether a text that its author began with `sentence`, which leans by `reason`, may begin so alone.

    "It was the third flood" and "This is the year of" can; a person who is not named ("He said") cannot.
    """
    return reason not in (PERSONAL, QUOTED) or sentence.startswith("It ")


def antecedents(opened: list[str | None]) -> list[int | None]:
    """For each sentence the index of the one it leans on, or None; `opened` is `leaning` of each in order.

    A pronoun reaches back over sentences that open with a pronoun too; everything else leans on its
    neighbour.
    The first sentence has nobody to lean on and is given itself.
    """
    found: list[int | None] = []
    for index, reason in enumerate(opened):
        if reason in (None, EXPLETIVE, CONNECTING):
            found.append(None)
            continue
        before = index - 1
        while reason == PERSONAL and before > 0 and opened[before] == PERSONAL:
            before -= 1
        found.append(max(before, 0) if index else 0)
    return found
