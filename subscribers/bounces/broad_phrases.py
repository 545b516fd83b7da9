"""Words that are said of several things, asked after the clear ones, in the order in which they decide."""

import re

from subscribers.bounces.phrases import any_of

# fmt: off
BROAD: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "spamdetected",
        any_of(
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
        any_of(
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
        any_of(
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
        any_of(
            r"(?:not|n't|non)[- ](?:\w+ )?complian", r"rfc ?-?\d{3,4}(?! ?\))(?!.{0,15}dmarc)",
            r"multiple.{0,30}addresses in from", r"bare (?:lf|cr|newline)", r"duplicate header",
            r"missing (?:required )?(?:message-id|date|from|header)",
            r"malformed (?:header|message|mime)", r"header (?:is )?(?:missing|invalid|malformed)",
        ),
    ),
    (
        "policyviolation",
        any_of(
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
        any_of(
            r"(?:host|domain|site|server|mail ?domain)(?: name|"
            r" or domain name)?(?: [^\s:;,]+){0,3}? (?:is |was )?(?:unknown|not found|not exist|"
            r"doesn't exist|does not exist|couldn't be found|could not be found|invalid|not valid|"
            r"unresolvable|illegal)",
            r"(?:unknown|no such|couldn't find any|could not find|cannot find|can't find|invalid|"
            r"illegal|bad) (?:host|domain|server|destination (?:domain|system))",
            r"unrouteable (?:address|domain)", r"unroutable (?:address|domain)", r"host/domain",
            r"nxdomain", r"mx records point to non-existent", r"remote domain does ?n.?t exist",
            r"(?:host )?name (?:lookup|service) (?:failure|error)",
            r"dns (?:lookup )?(?:failure|error)", r"name or service not known", r"host lookup",
            r"no such domain", r"host not found", r"bad destination system",
        ),
    ),
    (
        "mailererror",
        any_of(
            r"\bprocmail\b", r"\bmaildrop\b", r"\bmailfilter\b", r"pipe to", r"\bvacation\b program",
            r"x-unix", r"mailer error", r"local delivery (?:failed|agent)",
            r"command (?:died|failed|output|time)", r"user-defined",
            r"exit(?:ed)? (?:with )?(?:status|code)", r"spamc\b", r"autoresponder",
            r"failed to (?:execute|read|run)", r"exec(?:ution)? (?:failed|expired)",
        ),
    ),
    (
        "contenterror",
        any_of(
            r"media (?:error|not supported|type)", r"improper use of 8-bit",
            r"(?:invalid|bad|unsupported) (?:mime|content|encoding|charset)",
            r"mime (?:error|format|nesting)", r"conversion (?:required|failed)", r"8bit", r"body type",
        ),
    ),
    (
        "expired",
        any_of(
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
        any_of(
            r"(?:connection|connect|network|socket|host|route|session)(?: [^\s:;,]+){0,6}? (?:refused|"
            r"reset|lost|closed|failed|unreachable|down|dropped|interrupted|aborted|error|broken)",
            r"broken pipe", r"network congestion", r"bad connection", r"unable to route", r"congest",
            r"routing server",
            r"(?:unable|not able|wasn't able|cannot|could not|couldn't|can't|"
            r"failed)(?: \w+)? to (?:establish|connect|make|reach)",
            r"establish an smtp connection", r"no route to", r"name server",
            r"dns (?:temporar|problem|timeout|error)", r"no answer from", r"mail (?:forwarding )?loop",
            r"forwarding loop", r"message is looping", r"lost connection",
            r"routing loop", r"too many hops", r"hop count", r"timeout",
        ),
    ),
    (
        "securityerror",
        any_of(
            r"(?:not|n't|un)[- ]?authori[sz]ed", r"authenti(?:cation|cate)", r"access denied",
            r"permission denied", r"unauthenticated", r"not permitted", r"forbidden",
            r"verification failed", r"encryption", r"certificate", r"tls", r"ssl", r"password",
            r"credential", r"auth(?:required| required)", r"cryptographic", r"restricted",
        ),
    ),
    (
        "onhold",
        any_of(
            r"\bon hold\b", r"temporar(?:y|ily) (?:failure|error|reject|unable|defer)",
            r"grey ?-?list", r"please (?:try|retry)", r"recipient error",
        ),
    ),
    (
        "systemerror",
        any_of(
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
        any_of(
            r"syntax", r"malformed", r"bad (?:command|sequence|parameter)",
            r"(?:command|parameter)(?: \w+)? not (?:implemented|recogni[sz]ed|supported)",
            r"unrecogni[sz]ed command", r"invalid (?:command|parameter)", r"unknown command",
            r"incorrectly constructed",
        ),
    ),
)
# fmt: on
