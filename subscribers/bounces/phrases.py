"""The words by which mail servers tell why they refused, in the order in which they decide.

Written from the replies of servers and providers as they are seen in reports; matched against the
words in small letters on one line. Several lines may serve one reason: what stands first decides.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# fmt: off
UNKNOWN_USER = _any(
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
    r"not (?:listed )?in (?:the )?(?:directory|address book)",
    r"rcpt.{0,20} (?:does not|doesn't) exist",
    r"unable to (?:find|locate) (?:the )?(?:recipient|user|mailbox)",
)

# Said of an address that is not there, and of much else: counts only if nothing better is found.
REFUSED_ADDRESS = _any(
    r"(?:address|recipient|mailbox|user|rcpt)(?: address)?(?: [^\s:;,]+)?:? (?:was |is |"
    r"has been )?(?:rejected|refused|denied|unavailable|not available|failed)",
    r"@[\w.-]+>?:? (?:was )?rejected$", r"requested action not taken", r"unrouteable mail",
    r"cannot route", r"undeliverable address",
)

ABOUT_SENDER = _any(
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

NO_MAIL_THERE = _any(
    r"(?:host|domain|it|server)(?: [^\s:;,]+){0,3} (?:does not|doesn't|"
    r"do not) accept (?:any )?(?:mail|e-?mail|messages)",
    r"null ?mx", r"no mx\b", r"mail exchanger", r"system not accepting network messages",
)

FILTERED = _any(
    r"recipient preferences", r"domain filter", r"recipients? (?:was|were) rejected by",
    r"due to extended inactivity new mail",
)

# The reporting system speaks for itself, not of another server's reply.
SAID_HERE = _any(
    r"unknown (?:user|recipient|address)", r"not recogni[sz]ed", r"user unknown", r"no such user",
)

PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "networkerror",
        _any(
            r"connect to [^ ]+: (?:connection refused|no route|network is unreachable|"
            r"connection reset)",
        ),
    ),
    (
        "virusdetected",
        _any(
            r"\bvirus", r"malware", r"infected", r"\btrojan", r"\bworm\b", r"malicious",
        ),
    ),
    (
        "systemfull",
        _any(
            r"mail system full", r"exceeded storage allocation", r"no space left on device",
        ),
    ),
    (
        "mailboxfull",
        _any(
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
        _any(
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
        _any(
            r"for policy reasons", r"policy violation", r"content presents", r"denied by policy",
            r"(?:violat\w*|against)(?: [^\s:;,]+){0,4} polic",
        ),
    ),
    (
        "blocked",
        _any(
            r"(?:client|sending|source|your|ip) (?:host|ip|server|"
            r"address)(?: [^\s:;,]+){0,6} (?:blocked|banned|blacklisted|listed|bloqu)",
            r"ip source bloqu",
        ),
    ),
    (
        "spamdetected",
        _any(
            r"spam classification", r"(?:due to|because of|as|is|was|be) spam\b",
            r"spam (?:message|content|score|detected|mail)", r"blacklisted (?:url|link)",
            r"unsolicited mail", r"ube\b", r"uce\b",
        ),
    ),
    (
        "failedstarttls",
        _any(
            r"starttls", r"(?:not|n't) support tls",
            r"tls (?:required|handshake|negotiation|not available|is required)",
            r"must issue a starttls",
        ),
    ),
    (
        "authfailure",
        _any(
            r"\bdmarc\b", r"\bdkim\b", r"\bspf\b", r"authentication information",
            r"sender policy framework", r"(?:sender is|message is|mail is) unauthenticated",
            r"authentication checks?", r"unauthenticated email",
            r"not (?:passing|passed) authentication", r"domainkeys",
        ),
    ),
    (
        "badreputation",
        _any(
            r"reputation", r"low trust", r"unexpected volume or user complaints", r"user complaints",
            r"bad (?:score|senderbase)", r"senderscore", r"sender score", r"poor (?:history|standing)",
        ),
    ),
    (
        "speeding",
        _any(
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
        _any(
            r"too many.{0,30}(?:connections?|sessions?|concurrent|recipients|parallel|hosts)",
            r"(?:connection|concurrent|session)s?(?: \w+){0,4} (?:limit|exceeded|per ip)",
            r"max(?:imum)?(?: number)?(?: of)?.{0,20}connections?", r"slow down",
        ),
    ),
    (
        "exceedlimit",
        _any(
            r"exceeds administrative limit", r"message length exceeds",
        ),
    ),
    (
        "mesgtoobig",
        _any(
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
        _any(
            r"has (?:been )?(?:moved|changed|replaced)", r"mailbox (?:has )?moved",
            r"recipient no longer on server", r"user (?:has )?moved", r"not our (?:user|customer)",
            r"user not local", r"no longer (?:with|works?|employed|here|on (?:this )?server)",
            r"new address", r"moved to", r"address (?:has )?changed",
        ),
    ),
    (
        "suspend",
        _any(
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
    (
        "spamdetected",
        _any(
            r"\bspam(?:my)?\b(?!cop|haus)(?!.{0,20}incident)", r"\bube\b", r"\buce\b", r"unsolicited",
            r"junk", r"bulk (?:e-?mail|mail)", r"phish", r"scam", r"blacklisted (?:url|link)",
            r"uribl", r"surbl", r"dbl\b",
            r"message (?:content|body)(?: \w+)? (?:rejected|blocked|refused)",
            r"content (?:rejected|denied|blocked|filter)", r"(?:message|mail) (?:was )?filtered",
            r"rejected.{0,20}content", r"high(?:ly)? probability",
            r"(?:message|mail) (?:looks|appears|was|is) .{0,20}(?:suspicious|classified)",
            r"considered .{0,20}(?:spam|unsolicited)", r"scored as",
            r"rejected by (?:the )?(?:anti-?spam|filter)", r"heuristic", r"cloudmark(?!.{0,10}reset)",
            r"bogofilter", r"spamassassin", r"appears to be",
        ),
    ),
    (
        "norelaying",
        _any(
            r"relay(?:ing)?(?: \w+){0,2} (?:denied|prohibited|refused|forbidden|disallowed|is not|not)",
            r"insecure mail relay",
            r"(?:unable|not|n't|cannot|never|refuse\w*|not configured|"
            r"no)(?: \w+){0,3} (?:to )?relay(?!.{0,30}open relay)",
            r"not (?:a )?gateway", r"that domain isn't in my list",
            r"not .{0,30}(?:rcpthosts|local domain)", r"relay access", r"relay not permitted",
            r"we don't handle", r"not hosted here", r"not my (?:domain|problem)",
        ),
    ),
    (
        "blocked",
        _any(
            r"black ?-?list", r"block ?-?list", r"\brbls?\b", r"dnsbl", r"spamhaus", r"spamcop",
            r"sorbs", r"barracudacentral", r"cbl\.", r"abuseat", r"njabl", r"proofpoint.{0,40}blocked",
            r"csi\.cloudmark",
            r"(?:ip(?: address)?|host|server|client|network|you|connections?|messages? from|mail from|"
            r"dialup)(?: [^\s:;,]+){0,8}? (?:is |are |has been |have been |been |was |were |"
            r"currently )*(?:blocked|banned|blacklisted|listed|block ?listed|not (?:allowed|permitted|"
            r"accepted|welcome|authori[sz]ed)|refused|denied|rejected|weren't sent|bloqu)",
            r"traffic not accepted from", r"banned", r"blocked (?:using|by|for|due|because|from)",
            r"bloqu[eé]e?", r"dialup", r"invalid ip", r"no access from", r"open relay", r"open proxy",
            r"missing reverse", r"use the smtp server",
            r"(?:not|refus)\w*(?: \w+)? accept\w* connections",
            r"connection (?:refused by|dropped|rejected|denied|not allowed)", r"daily relay quota",
            r"(?:service|access|connection) (?:is )?refus", r"too many (?:unwanted|spam|bad|invalid)",
            r"unwanted messages", r"is redundant", r"cannot send e-?mail to yourself", r"go away",
            r"\bhelo\b", r"\behlo\b", r"\bblocked\b", r"hostname rejected", r"bad dns",
            r"we do not accept (?:mail|connections)", r"access from .{0,40}(?:denied|rejected)",
            r"server access .{0,40}forbidden", r"your (?:network|ip|isp)",
        ),
    ),
    (
        "notcompliantrfc",
        _any(
            r"(?:not|n't|non)[- ](?:\w+ )?complian", r"rfc ?-?\d{3,4}(?! ?\))(?!.{0,15}dmarc)",
            r"multiple.{0,30}addresses in from", r"bare (?:lf|cr|newline)", r"duplicate header",
            r"missing (?:required )?(?:message-id|date|from|header)",
            r"malformed (?:header|message|mime)", r"header (?:is )?(?:missing|invalid|malformed)",
        ),
    ),
    (
        "policyviolation",
        _any(
            r"polic(?:y|ies)",
            r"(?:attachment|file|content|extension)(?: [^\s:;,]+){0,5} (?:not (?:allowed|permitted|"
            r"accepted)|prohibited|presents? a potential|forbidden|banned)",
            r"message (?:not allowed|refused|rejected|blocked)", r"prohibited (?:attachment|content)",
            r"not acceptable", r"executable", r"not accepted for", r"security (?:policy|issue)",
            r"local rule", r"administrative(?:ly)? (?:prohib|reject|den)", r"protocol violation",
        ),
    ),
    (
        "hostunknown",
        _any(
            r"(?:host|domain|site|server|mail ?domain)(?: name|"
            r" or domain name)?(?: [^\s:;,]+){0,3}? (?:is |was )?(?:unknown|not found|not exist|"
            r"doesn't exist|does not exist|couldn't be found|could not be found|invalid|not valid|"
            r"unresolvable|illegal)",
            r"(?:unknown|no such|couldn't find any|could not find|cannot find|can't find|invalid|"
            r"illegal|bad) (?:host|domain|server|destination (?:domain|system))",
            r"unrouteable (?:address|domain)", r"unroutable (?:address|domain)", r"host/domain",
            r"nxdomain", r"(?:host )?name (?:lookup|service) (?:failure|error)",
            r"dns (?:lookup )?(?:failure|error)", r"name or service not known", r"host lookup",
            r"no such domain", r"host not found", r"bad destination system",
        ),
    ),
    (
        "mailererror",
        _any(
            r"\bprocmail\b", r"\bmaildrop\b", r"\bmailfilter\b", r"pipe to", r"\bvacation\b program",
            r"x-unix", r"mailer error", r"local delivery (?:failed|agent)",
            r"command (?:died|failed|output|time)", r"user-defined",
            r"exit(?:ed)? (?:with )?(?:status|code)", r"spamc\b", r"autoresponder",
            r"failed to (?:execute|read|run)", r"exec(?:ution)? (?:failed|expired)",
        ),
    ),
    (
        "contenterror",
        _any(
            r"media (?:error|not supported|type)", r"improper use of 8-bit",
            r"(?:invalid|bad|unsupported) (?:mime|content|encoding|charset)",
            r"mime (?:error|format|nesting)", r"conversion (?:required|failed)", r"8bit", r"body type",
        ),
    ),
    (
        "expired",
        _any(
            r"retry (?:timeout|time) (?:exceeded|not reached)", r"timeout exceeded",
            r"(?:message|queue|delivery|mail|retry|envelope)(?: \w+){0,2}? (?:has )?expired",
            r"expired message", r"queue\.expired", r"delivery time expired",
            r"in (?:the )?queue (?:for )?(?:too|more|longer)", r"queue too long",
            r"too (?:long|old) in (?:the )?queue", r"for (?:too|a) long",
            r"(?:failed|after|tried|gave up|given up).{0,20}(?:\d+ attempts|\d+ (?:days?|hours?|"
            r"minutes?))",
            r"unable to deliver in", r"could not be delivered (?:for|within|in)",
            r"not (?:been )?(?:yet )?(?:been )?delivered (?:for|within|after|to)",
            r"not delivered within", r"undeliverable (?:for|after)", r"has not yet been",
            r"max(?:imum)? (?:retries|retry|attempts|queue)", r"delivery (?:attempts?|failed \d+)",
            r"will (?:no longer|not) be (?:re)?tried", r"delivery delayed", r"still being retried",
            r"(?:not|n't|did not|isn't) (?:respond|answer)", r"no response",
            r"accept our requests to connect", r"connect(?:ion)?(?: [^\s:;,]+){0,6}? timed? ?-?out",
            r"timed out (?:while|during|waiting|connecting)", r"operation timed", r"socket error",
        ),
    ),
    (
        "networkerror",
        _any(
            r"(?:connection|connect|network|socket|host|route|session)(?: [^\s:;,]+){0,6}? (?:refused|"
            r"reset|lost|closed|failed|unreachable|down|dropped|interrupted|aborted|error|broken)",
            r"broken pipe", r"network congestion", r"bad connection", r"unable to route", r"congest",
            r"routing server",
            r"(?:unable|not able|wasn't able|cannot|could not|couldn't|can't|"
            r"failed)(?: \w+)? to (?:establish|connect|make|reach)",
            r"establish an smtp connection", r"no route to", r"name server",
            r"dns (?:temporar|problem|timeout|error)", r"no answer from", r"mail (?:forwarding )?loop",
            r"routing loop", r"too many hops", r"hop count", r"timeout",
        ),
    ),
    (
        "securityerror",
        _any(
            r"(?:not|n't|un)[- ]?authori[sz]ed", r"authenti(?:cation|cate)", r"access denied",
            r"permission denied", r"unauthenticated", r"not permitted", r"forbidden",
            r"verification failed", r"encryption", r"certificate", r"tls", r"ssl", r"password",
            r"credential", r"auth(?:required| required)", r"cryptographic", r"restricted",
        ),
    ),
    (
        "onhold",
        _any(
            r"\bon hold\b", r"temporar(?:y|ily) (?:failure|error|reject|unable|defer)",
            r"grey ?-?list", r"please (?:try|retry)", r"recipient error",
        ),
    ),
    (
        "systemerror",
        _any(
            r"(?:internal|system|server|local|configuration|i/o|database|ldap|resource|lookup|service|"
            r"transaction|queue file|delivery|temporary)(?: \w+){0,3}? (?:error|fail\w*|unavailable|"
            r"problem|refused|full|overload\w*|busy|shutdown|down)",
            r"(?:unable|could not|cannot|can't|failed) to (?:open|write|read|create|store|queue|save|"
            r"process|accept)",
            r"loop", r"duplicated message",
            r"service (?:currently )?(?:not )?(?:available|unavailable)",
            r"out of (?:memory|resources)", r"resources temporarily", r"insufficient",
            r"not currently", r"crashed", r"not accepting network", r"aliasing", r"interrupted",
            r"too busy", r"high load",
        ),
    ),
    (
        "syntaxerror",
        _any(
            r"syntax", r"malformed", r"bad (?:command|sequence|parameter)",
            r"(?:command|parameter)(?: \w+)? not (?:implemented|recogni[sz]ed|supported)",
            r"unrecogni[sz]ed command", r"invalid (?:command|parameter)", r"unknown command",
            r"incorrectly constructed",
        ),
    ),
)
# fmt: on
