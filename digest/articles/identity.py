"""Which addresses are the same article.

`canonical_url` is the address to link to: cleaned, but one that the site still answers. `identity` is the
key to
compare by: scheme, `www.`, AMP and trailing slashes are gone, so REST, feed and HTML of one article agree.
International host names are compared as A-labels; they are never decoded, so a look-alike stays another host.
"""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

LONGEST = 2048
_TRACKING = re.compile(
    r"(?:utm_\w+|ga_\w+|fb_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|"
    r"igshid|igsh|li_fat_id|mc_[ce]id|mkt_tok|_hs\w+|hs\w*tracking|"
    r"__hs\w+|vero_(?:id|conv)|oly_(?:anon|enc)_id|wickedid|rb_clickid|s_cid|s_kwcid|ef_id|epik|_openstat|"
    r"openstat|_ga|_gl|cmpid|cmp|campaign_id|icid|ncid|nr_email_referer|"
    r"pk_\w+|piwik_\w+|mtm_\w+|matomo_\w+|at_(?:medium|campaign|link_\w+|custom\d|format|ptr_\w+|bbc_team)|"
    r"xtor|wt_?(?:mc|zmc)\w*|ito|ocid|smid|smtyp|ref_?(?:src|url)?|referrer|source_?campaign|"
    r"feature|share|shared|sharetype|si|spm|scid|sr_share|trk\w*|tracking\w*|guccounter|guce_\w+|soc_src|"
    r"soc_trk|via|rss|rssid|feed|fromrss|partner|mod|emc|mbid|cid|sfmc_\w+|"
    r"replytocom|unapproved|moderation-hash|noamp|nocache|print|preview(?:_\w+)?|share-?\w*|doing_wp_cron)",
    re.IGNORECASE,
)
_KEPT_WHEN_ALONE = frozenset({"cid", "mod", "feature", "ref", "print", "feed", "share", "via"})
_AMP_QUERY = re.compile(r"(?:amp|outputtype|view)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_PATH = re.compile(r"/amp(?:/|\.html?)?$|\.amp(?:\.html?)?$|^/amp(?=/.)|\.amp(?=\.html?$)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
_MOBILE = ("www.", "m.", "amp.", "mobile.")


def canonical_url(url: str, declared: str | None = None) -> str:
    """The address to keep for the article at `url`: the page's own canonical one when it is of the same site, cleaned.

    Tracking parameters, fragments and default ports are gone; scheme, `www.` and slashes stay as the site
    has them.
    A declared address of another site, or one that is only the front page, is not believed.
    """
    own = _cleaned(url)
    if not declared:
        return own
    try:
        told = urlsplit(declared.strip())
        here = urlsplit(own)
        if (
            told.scheme not in ("http", "https")
            or not told.hostname
            or not _same_site(told.hostname, here.hostname or "")
        ):
            return own
    except ValueError:
        return own
    front = told.path in ("", "/") and not told.query
    if front and (here.path not in ("", "/") or here.query):
        return own
    return _cleaned(declared)


def identity(url: str) -> str:
    """The key of the article at `url`: equal for all spellings of one address, stable when applied to
    itself."""
    parts = _split(_cleaned(url))
    if parts is None:
        return url.strip()
    host = parts.hostname or ""
    while host.count(".") >= 2 and (prefix := next((p for p in _MOBILE if host.startswith(p)), None)):
        host = host.removeprefix(prefix)
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    path = parts.path
    while True:
        shorter = _INDEX.sub("/", _AMP_PATH.sub("", path.rstrip("/")))
        if shorter == path:
            break
        path = shorter
    pairs = [pair for pair in parts.query.split("&") if pair and not _is_amp(pair)]
    query = f"?{'&'.join(pairs)}" if pairs else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{host}{port}{path}{query}{fragment}"[:LONGEST]


def same_article(one: str, other: str) -> bool:
    """Whether two addresses lead to one article, as far as the addresses alone tell."""
    return identity(one) == identity(other)


def _is_amp(pair: str) -> bool:
    key, _, value = pair.partition("=")
    return bool(_AMP_QUERY.fullmatch(key)) and value.lower() in ("", "1", "amp", "true")


def _cleaned(url: str) -> str:
    """`url` normalised; one that has no scheme, as an identity has none, is read as https."""
    parts = _split(url)
    if parts is None:
        return url.strip()
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    scheme = parts.scheme.lower()
    host = _a_labels(parts.hostname or "")
    try:
        port = parts.port
    except ValueError:
        return url.strip()
    if port and not (scheme == "http" and port == 80) and not (scheme == "https" and port == 443):
        host = f"{host}:{port}"
    pairs = [pair for pair in parts.query.split("&") if pair]
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair.split("=", 1)[0])]
    if (
        not kept
        and parts.path in ("", "/")
        and len(pairs) == 1
        and pairs[0].split("=")[0].lower() in _KEPT_WHEN_ALONE
    ):
        kept = pairs
    rebuilt = urlunsplit(SplitResult(scheme, host, parts.path or "/", "&".join(kept), fragment))
    return str(canonicalize_url(rebuilt, keep_fragments=bool(fragment), keep_blank_values=True))


def _split(url: str) -> SplitResult | None:
    text = re.sub(r"[\x00-\x20]+", "", url)
    if not re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) or re.match(r"[^/?#]+:\d+(?:/|$)", text):
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(_a_labels(parts.hostname or "")):
        return None
    return parts


def _a_labels(host: str) -> str:
    host = host.rstrip(".").lower()
    if ":" in host:
        try:
            return f"[{ipaddress.ip_address(host).compressed}]"
        except ValueError:
            return f"[{host}]"
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def _same_site(one: str, other: str) -> bool:
    """Equal hosts but for `www.`, or one a subdomain of the other."""
    first, second = (_a_labels(host).removeprefix("www.") for host in (one, other))
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
