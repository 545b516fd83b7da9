"""Failures told in words: which addresses they speak of, and which words belong to which address."""

import re
from dataclasses import dataclass

from subscribers.bounces.mail import ADDRESS, Mail

_FOREIGN = re.compile(
    r"(?:mailer-daemon|postmaster|mail\.?delivery|no-?reply|do-?not-?reply|abuse|support|"
    r"help ?desk|webmaster)@",
    re.I,
)
_LEAD = re.compile(
    r"""^[\s>*"'<(\[•·-]*(?:(?:e-?mail|rfc822|smtp|to|recipient|address|
        failed recipient)\s*[:;]\s*){0,2}(?:\[smtp:)?[\s"'<(\[]*$""",
    re.I,
)
_NAMED = re.compile(
    r"(?:recipients?|user|mailbox|address(?:es)?|account|to|for|in|list|userid|deliver(?:ed|y)?|"
    r"rcpt to|unknown|size|attempts|undeliverable|said|failed|reach|exist)"
    r"[\s:;,]*[<\"'(\[]*$",
    re.I,
)
_NOT_RECIPIENT = re.compile(
    r"\b(?:from|sender|by|message-?id|contact|please (?:e-?mail|write)|reply-to|cc|hello|bonjour|"
    r"hola|id|envelope-from|mail from)[\s:=,]*[<\"'(\[]*$",
    re.I,
)
_URL = re.compile(r"(?:https?|mailto):\S*$")
_COMMANDS = (
    ("DATA", re.compile(
        r"(?:end of |after |to |sending )data\b|>>> (?:data|\.)\b|\[data\]|data command|"
        r"smtp command\W+data|message body|\(state (?:9|1[5-8])\)|\bafter DATA\b|eom\b|smtp:eom|"
        r"reply to end of", re.I)),
    ("RCPT", re.compile(
        r">>> rcpt|rcpt to|\[rcpt_to\]|rcpt command|smtp:rcpt|in: rcpt|\(state 1[34]\)|rcpt(?: |_)?to", re.I)),
    ("MAIL", re.compile(
        r">>> mail|mail from:|\[mail_from\]|mail command|smtp:mail|after mail from|\(state (?:7|8|10|"
        r"11|12)\)", re.I)),
    ("EHLO", re.compile(r">>> (?:ehlo|helo)|after (?:ehlo|helo)|reply to (?:ehlo|helo)", re.I)),
    ("CONN", re.compile(r"initial connection|\[connect\]|smtp:conn|while connecting|initial greeting", re.I)),
)  # fmt: skip
_NO_RECIPIENTS = re.compile(r"<<< 5\d\d .{0,20}(?:no valid recipients|need rcpt|no recipients)", re.I)
_LOCAL_UNKNOWN = re.compile(r"(?m)^550 5\.1\.1 <?\S{1,250}@\S{1,250}\.\.\. user unknown", re.I)
# A transcript's last word on an address, after all that was said of it: `550 <a@b>... User unknown`.
_VERDICT = re.compile(r"[245]\d\d .{0,80}<?\S{1,250}@\S{1,250}\.\.\. ")
_REPLY = re.compile(r"(?<![\w.:#/@-])[45]\d\d(?:[ -]#?[45]\.\d+\.\d+|[ -:]+(?=[A-Za-z<\[]))")
# What mail programs say in every report, in words that would be taken for a reason.
_ANNOUNCED = re.compile(
    r"did not reach the following|following recipient\(s\) could not|could not be delivered to:?$", re.I
)
_SET_PHRASES = re.compile(
    r"this (?:message|is|report|e-?mail) (?:was|is|has been)? ?(?:an )?(?:created )?automatically[^.]*\.?"
    r"|a message that you (?:have )?sent could not be delivered[^.]*\.|(?:this|it) is a permanent error[;.]?"
    r"|the following address[^:.]*[:.]|i'm afraid i wasn't able to deliver[^.]*\.|"
    r"i've given up\. sorry it didn't work out\."
    r"|this is the [^.]* program at [^.]*\.|i'm sorry to have to inform you[^.]*\.|"
    r"for further assistance[^.]*\.|if you do so[^.]*\."
    r"|you can delete[^.]*\.|google tried to deliver your message[^.]*\.|"
    r"we recommend contacting[^.]*\.|please (?:do not|don't) reply[^.]*\.?"
    r"|you do not need to re-?send[^.]*\.?|no further delivery attempts[^.]*\.|"
    r"[^.]* did not like our (?:rcpt to|mail from)[^:]*:"
    r"|(?:delivery|your message) (?:to|"
    r"could not be delivered to) the following recipients?[^:.]*[:.]|"
    r"message from \S+\. unable to deliver message to[^.]*\."
    r"|unable to deliver message to[^.:]*[.:]|an error (?:has )?occurred while [^:]*:|"
    r"technical (?:report|details)[^:]*:",
    re.I,
)


@dataclass(frozen=True)
class Told:
    """An address and the words said of it."""

    address: str
    words: str


def command_of(words: str) -> str:
    """Which SMTP command the server was answering, the last one if several are shown; empty if untold."""
    found = [(match.end(), name) for name, pattern in _COMMANDS for match in pattern.finditer(words)]
    if not found:
        return ""
    # A refused RCPT shows up after DATA where commands are pipelined (RFC 2920).
    if _NO_RECIPIENTS.search(words) or _LOCAL_UNKNOWN.search(words):
        return "DATA" if re.search(r"<<< 5\d\d 5\.7\.", words) else "RCPT"
    return max(found)[1]


def server_words(text: str) -> str:
    """The words of the failure itself: the server's reply where one is quoted, else all but set phrases."""
    out = re.findall(r"(?m)^ *Out: ([45]\d\d .*)", text)
    if out:
        return str(out[0])
    text = re.sub(r"(?m)^>>> (?:QUIT|RSET|NOOP).*\n(?:<<< .*\n?)+", "", text)
    quoted = re.findall(r"(?m)^<<< ([45]\d\d.*)", text)
    if quoted:
        return str(quoted[0])
    for paragraph in re.split(r"\n\s*\n", text):
        if match := _REPLY.search(paragraph):
            return paragraph[match.start() :]
    left = ADDRESS.sub(" ", _SET_PHRASES.sub(" ", " ".join(text.split())))
    return " ".join(left.split()) if re.search(r"\w{3}", left) else ""


def told(mail: Mail, own: frozenset[str]) -> list[Told]:
    """Each address that the mail's words call undeliverable, with what they say of it.

    `own` holds addresses that cannot be meant: the one the report was sent to and the reporter's.
    """
    listed = [a.lower() for a in ADDRESS.findall(mail.header("X-Failed-Recipients"))]
    lines = mail.text.splitlines()
    announced = next((n for n, line in enumerate(lines) if _ANNOUNCED.search(line)), -1)
    if announced >= 0 and any(ADDRESS.search(line) for line in lines[announced:]):
        lines = lines[announced:]
    starts: dict[str, int] = {}
    weak: dict[str, int] = {}
    derived: dict[str, int] = {}
    for number, line in enumerate(lines):
        for match in ADDRESS.finditer(line):
            address = match.group().strip(".'").lower()
            before = line[: match.start()]
            if address in own or _FOREIGN.match(address) or _URL.search(before):
                continue
            if listed and address not in listed:
                continue
            if _NOT_RECIPIENT.search(before):
                if re.search(r"expanded from[: ]*<?$", before) or (not listed and "generated from" in before):
                    derived.setdefault(address, number)
                continue
            if _VERDICT.match(line):
                weak[address] = number
            elif _LEAD.match(before):
                starts.setdefault(address, number)
            elif _NAMED.search(before) or re.match(r"[>\"')\]]*\s*(?:\.\.\.|:)", line[match.end() :]):
                weak.setdefault(address, number)
    chosen = {**starts, **derived} if starts and mail.groups == () else starts or weak or derived
    for address in listed:
        chosen.setdefault(address, weak.get(address, _first(lines, address)))
    return _segments(lines, chosen)


def _first(lines: list[str], address: str) -> int:
    local = address.partition("@")[0]
    for number, line in enumerate(lines):
        if local in line.lower():
            return number
    return 0


def _segments(lines: list[str], starts: dict[str, int]) -> list[Told]:
    """The words of each address: from its line to that of the next; all of them if it is the only one."""
    if len(starts) == 1:
        return [Told(next(iter(starts)), "\n".join(lines))]
    ordered = sorted(starts.items(), key=lambda item: item[1])
    found = []
    after_words = any(_VERDICT.match(lines[begin]) for begin in starts.values())
    for index, (address, begin) in enumerate(ordered):
        end = next((n for _, n in ordered[index + 1 :] if n > begin), len(lines))
        if after_words:  # a transcript: the address comes after what was said of it
            begin, end = (ordered[index - 1][1] + 1 if index else 0), begin + 1
        found.append(Told(address, "\n".join(lines[begin:end])))
    return found
