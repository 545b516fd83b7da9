"""Words that tell one reason only, in the order in which they decide: the first found counts."""

import re

from subscribers.bounces.phrases import any_of

# fmt: off
CLEAR: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "networkerror",
        any_of(
            r"connect to [^ ]+: (?:connection refused|no route|network is unreachable|"
            r"connection reset)",
        ),
    ),
    (
        "virusdetected",
        any_of(
            r"\bvirus", r"malware", r"infected", r"\btrojan", r"\bworm\b", r"malicious",
        ),
    ),
    (
        "systemfull",
        any_of(
            r"mail system full", r"exceeded storage allocation", r"no space left on device",
        ),
    ),
    (
        "mailboxfull",
        any_of(
            r"mail ?box(?: [^\s:;,]+){0,6} (?:is |was |currently )?(?:full|exceed|over)",
            r"mailboxfull", r"mailbox full", r"mail ?folder is full", r"inbox (?:is )?full",
            r"quotaexceeded",
            r"(?:over|out of|exceed\w*|above|beyond|at).{0,24}(?:quota|storage|disk|mailbox size|"
            r"mail(?:box)? limit|allowed size)",
            r"(?:quota|storage|disk space|mailbox size|mail data)(?: [^\s:;,]+){0,5}? (?:exceed|full|"
            r"over|limit reached|violation|has been reached)",
            r"(?:insufficient|not enough|no|out of) (?:\w+ )?(?:storage|disk|space|room)",
            r"(?:account|user|recipient|folder) (?:[^\s:;,]+ ){0,3}(?:is )?(?:full|over ?quota|"
            r"out of space|overquota)",
            r"exceeds allowed size", r"too (?:much|many) (?:mail|messages) (?:data )?(?:in|on)",
            r"user has too many", r"storage ?(?:limit|quota)", r"\bdisk quota", r"quota full",
            r"boite pleine", r"bo[iî]te .{0,30}pleine", r"postfach .{0,20}voll",
            r"receiving mail too quickly.{0,10}quota",
        ),
    ),
    (
        "requireptr",
        any_of(
            r"\bptr\b", r"reverse[- ](?:dns|lookup|address|hostname|record|name)", r"rdns",
            r"reverse .{0,20}lookup", r"ip (?:name|address) lookup failed", r"client ip",
            r"cannot find your (?:host|reverse)", r"cannot resolve your (?:ip|address)",
            r"unverif[iy]+able", r"unable to verify (?:your|the) (?:host|ip)",
            r"client host rejected: cannot find", r"domain .{0,60}mismatch\w* client",
            r"(?:does not|doesn't|not) (?:have|resolve).{0,30}(?:hostname|reverse)", r"no reverse",
            r"dynamic(?:ally)? (?:ip|address)",
        ),
    ),
    (
        "policyviolation",
        any_of(
            r"for policy reasons", r"policy violation", r"content presents", r"denied by policy",
            r"(?:violat\w*|against)(?: [^\s:;,]+){0,4} polic",
        ),
    ),
    (
        "blocked",
        any_of(
            r"(?:client|sending|source|your|ip) (?:host|ip|server|"
            r"address)(?: [^\s:;,]+){0,6} (?:blocked|banned|blacklisted|listed|bloqu)",
            r"ip source bloqu",
        ),
    ),
    (
        "spamdetected",
        any_of(
            r"spam classification", r"(?:due to|because of|as|is|was|be) spam\b",
            r"spam (?:message|content|score|detected|mail)", r"blacklisted (?:url|link)",
            r"unsolicited mail", r"ube\b", r"uce\b",
        ),
    ),
    (
        "failedstarttls",
        any_of(
            r"starttls", r"(?:not|n't) support tls",
            r"tls (?:required|handshake|negotiation|not available|is required)",
            r"must issue a starttls",
        ),
    ),
    (
        "authfailure",
        any_of(
            r"\bdmarc\b", r"\bdkim\b", r"\bspf\b", r"authentication information",
            r"sender policy framework", r"(?:sender is|message is|mail is) unauthenticated",
            r"authentication checks?", r"unauthenticated email",
            r"not (?:passing|passed) authentication", r"domainkeys",
        ),
    ),
    (
        "badreputation",
        any_of(
            r"reputation", r"low trust", r"unexpected volume or user complaints", r"user complaints",
            r"bad (?:score|senderbase)", r"senderscore", r"sender score", r"poor (?:history|standing)",
        ),
    ),
    (
        "speeding",
        any_of(
            r"(?:too many|exceed\w*).{0,40}(?:this|per|an|last|within|in a) (?:hour|minute|day|short)",
            r"(?:sending|message|delivery|mail) rate", r"rate limit", r"ratelimit", r"frequency limit",
            r"sending (?:quota|limit)", r"daily (?:user )?(?:sending )?(?:quota|limit)", r"rate of",
            r"throttl", r"too (?:fast|quickly|frequent)",
            r"(?:too many|maximum number of) (?:messages|mails|emails|recipients) (?:sent|from|in|"
            r"for)(?: \w+){0,3} (?:hour|time|ip|minute|day)",
            r"excessive (?:sending|rate)", r"unusual rate", r"receiving mail at a rate",
        ),
    ),
    (
        "toomanyconn",
        any_of(
            r"too many.{0,30}(?:connections?|sessions?|concurrent|recipients|parallel|hosts)",
            r"(?:connection|concurrent|session)s?(?: \w+){0,4} (?:limit|exceeded|per ip)",
            r"max(?:imum)?(?: number)?(?: of)?.{0,20}connections?", r"slow down",
        ),
    ),
    (
        "exceedlimit",
        any_of(
            r"exceeds administrative limit", r"message length exceeds",
        ),
    ),
    (
        "mesgtoobig",
        any_of(
            r"(?:message|mail|e-?mail|file|size|content|attachment|"
            r"body)(?: [^\s:;,]+){0,5}? (?:is )?(?:too (?:big|large)|over ?sized?|larger than|"
            r"bigger than)",
            r"(?:message|mail|e-?mail|file|line)(?: [^\s:;,]+){0,3}? (?:size )?(?:exceeds|exceeded|"
            r"limit exceeded|limit)",
            r"(?:exceed\w*|over|maximum|max).{0,30}(?:message|mail|file|line)(?: \w+)? (?:size|limit|"
            r"length)",
            r"size limit", r"line limit", r"maximum size", r"sizeexceeded",
        ),
    ),
    (
        "hasmoved",
        any_of(
            r"has (?:been )?(?:moved|changed|replaced)", r"mailbox (?:has )?moved",
            r"recipient no longer on server", r"user (?:has )?moved", r"not our (?:user|customer)",
            r"user not local", r"no longer (?:with|works?|employed|here|on (?:this )?server)",
            r"new address", r"moved to", r"address (?:has )?changed",
        ),
    ),
    (
        "suspend",
        any_of(
            r"(?:account|mailbox|user|e-?mail|recipient|domain|address)(?: [^\s:;,]+){0,8}? (?:is |"
            r"has been |was |been |are |currently |temporarily )*(?:disabled|suspended|inactiv\w*|"
            r"locked|deactivated|blocked|frozen|expired|dormant|discontinued|closed|not active)",
            r"(?:disabled|suspended|inactive|locked|deactivated|frozen|blocked) (?:\w+ )?(?:account|"
            r"mailbox|user|recipient|address)",
            r"account (?:that you tried to reach )?is (?:disabled|inactive)", r"not active",
            r"no longer accepts", r"invalid/inactive", r"temporar\w+ locked", r"disableduser",
            r"mailbox (?:is )?(?:temporarily )?(?:unavailable due to|disabled)",
            r"vdelivermail: account is locked", r"overdue", r"unpaid",
            r"not accepting (?:messages|mail) (?:for|at)",
        ),
    ),
)
# fmt: on
