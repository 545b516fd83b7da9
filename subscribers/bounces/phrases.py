"""The words by which mail servers speak of an address, of a sender, of a domain without mail.

Written from the replies of servers and providers as they are seen in reports; matched against the
words in small letters on one line.
"""

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern for all of these."""
    return re.compile("|".join(patterns))


# fmt: off
UNKNOWN_USER = any_of(
    r"(?:user|recipient|mailbox|account|address|alias|person|member|e-?mail address|"
    r"addressee)(?: name)?(?: [^\s:;,]+){0,4}? (?:is |was )?(?:unknown|not found|not exist|"
    r"doesn'?t exist|does not exist|not known|not recogni[sz]ed|not valid|not listed|not present|"
    r"couldn'?t be found|could not be found|cannot be found|can't be found|isn't (?:listed|valid)|"
    r"no longer (?:available|valid|exists?)|doesn't have|unavailable|invalid|non-?existent)",
    r"(?:unknown|no such|invalid|not a valid|non-?existent|bad|incorrect|no valid|not our|not a known|"
    r"unknown or illegal|nonexistent) (?:local )?(?:user|recipients?|mailbox|account|address|alias|"
    r"person|local[- ]part|e-?mail|destination mailbox)",
    r"user ?unknown", r"recip(?:ient)?notfound", r"recipient ?not ?found",
    r"no (?:mailbox|account|user|recipient)s?\b(?: (?:here|by that name|with that name|named))",
    r"(?:this|that) user doesn't have an? \S+ account",
    r"account (?:that you tried to reach )?does(?: not|n't) exist",
    r"(?:doesn't|does not|do not|don't|didn't) (?:exist|handle|have (?:a|any) (?:mailbox|user|"
    r"account))",
    r"destinataire invalide", r"adresse inconnue", r"utilisateur inconnu",
    r"empf(?:ae|ä)nger(?:adresse)? (?:unbekannt|existiert nicht)",
    r"recipient address rejected: access denied", r"unbekannt",
    r"destinatario (?:desconocido|inexistente)", r"пользователь не найден", r"нет такого",
    r"bad destination mailbox address", r"mailbox not found", r"unknown recipient", r"unknown address",
    r"\bis not (?:a )?(?:known|valid) (?:user|recipient|mailbox|address)",
    r"(?:user|recipient|account|address) (?:has been )?(?:deleted|removed|terminated|closed)",
    r"not (?:listed )?in (?:the )?(?:directory|address book|public name)",
    r"invalid final delivery userid",
    r"rcpt.{0,20} (?:does not|doesn't) exist",
    r"unable to (?:find|locate) (?:the )?(?:recipient|user|mailbox)",
)

# Said of an address that is not there, and of much else: counts only if nothing better is found.
REFUSED_ADDRESS = any_of(
    r"(?:address|recipient|mailbox|user|rcpt)(?: address)?(?: [^\s:;,]+)?:? (?:was |is |"
    r"has been )?(?:rejected|refused|denied|unavailable|not available|failed)",
    r"@[\w.-]+>?:? (?:was )?rejected$", r"requested action not taken", r"unrouteable mail",
    r"cannot route", r"undeliverable address",
)

ABOUT_SENDER = any_of(
    r"bad sender", r"sender's (?:system|mailbox)",
    r"sender(?:'s)? (?:address|domain|e-?mail|verif\w+|id|denied|rejected|unknown|not|is|was|has)",
    r"(?:unroutable|unrouteable|invalid|bad|unknown|unresolvable|non-existent) sender",
    r"domain of sender", r"purported responsible address", r"from:? domain is invalid", r"valid from:",
    r"from address", r"mail from.{0,40}(?:rejected|denied|refused|not allowed)",
    r"mail from command failed", r"envelope sender", r"return[- ]path", r"backscatter",
    r"(?:not|n't)(?: a)? (?:member|subscriber|permitted|allowed|authori[sz]ed) (?:of|to|for) (?:this|"
    r"the|post|send|that)?.{0,20}(?:list|group|post)",
    r"permission to post", r"you are not (?:a )?(?:member|authori[sz]ed|allowed)",
    r"sending to/from an address that has been blacklisted",
    r"sender .{0,60}(?:blacklist|block|denied|rejected)",
    r"(?:rejected|denied|blocked|refused) (?:by|because|since|due).{0,30}sender",
    r"does not accept (?:bounces|mail from)", r"null sender", r"empty envelope", r"groups?\.google",
    r"google groups",
)

NO_MAIL_THERE = any_of(
    r"(?:host|domain|it|server)(?: [^\s:;,]+){0,3} (?:does not|doesn't|"
    r"do not) accept (?:any )?(?:mail|e-?mail|messages)",
    r"null ?mx", r"no smtp service", r"no mx\b", r"mail exchanger", r"system not accepting network messages",
)

FILTERED = any_of(
    r"recipient preferences", r"domain filter", r"recipients? (?:was|were) rejected by",
    r"due to extended inactivity new mail",
)

# The reporting system speaks for itself, not of another server's reply.
SAID_HERE = any_of(
    r"unknown (?:user|recipient|address)", r"invalid final delivery userid", r"not recogni[sz]ed",
    r"user unknown", r"no such user",
)
# fmt: on
