"""What themes call the parts of a page that are not the article, by class and id."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

# Matched against whole words of class and id, as `name_of` gives them.
OTHER_PARTS = re.compile(
    r" (?:"
    r"respond|comment form|commentform|comment respond|comments? (?:area|list|section|block|box|wrapper|"
    r"container|template|thread|wrap)|commentlist|comments|disqus(?: \w+)?|dsq|livefyre|hyvor|fb comments|"
    r"newsletter(?: \w+)?|mc embed(?: \w+)?|mc4wp(?: \w+)?|mailchimp|mailpoet(?: \w+)?|optin(?: \w+)?|opt "
    r"in|sib form|convertkit|tnp|jetpack subscription\w*|subscribe (?:box|form|widget|cta|block|banner)|"
    r"subscription (?:box|form|widget)|sign ?up (?:form|box|widget)|signup|"
    r"sharedaddy|sharing|share (?:bar|box|buttons?|links?|tools?|icons?|this|post|article|widget|list|"
    r"container|block|wrap\w*)|share|sharebar|sharethis|(?:social|post|article|entry) shar(?:e|ing)|shares|"
    r"addtoany(?: \w+)?|a2a kit|addthis(?: \w+)?|heateor(?: \w+)?|ssba|social (?:media|links?|icons?|bar|"
    r"buttons?|tools|follow|nav|list|widget)|socials|"
    r"related|relatedposts?|jp relatedposts|yarpp(?: \w+)?|crp related|wp rp|related (?:posts?|articles?|"
    r"stor(?:y|ies)|content|links?|news|items?|topics?|coverage|box|block|reading|section|wrap|container|"
    r"widget|list|media|teasers?)|recommended(?: \w+)?|recommendations?|you may(?: \w+)?|also like|read "
    r"(?:more|next|also)|more (?:from|stories|articles|news|on|posts|links)|most (?:read|popular|viewed|"
    r"shared|recent)|popular (?:posts|articles|stories|news)|trending(?: \w+)?|up next|next (?:post|"
    r"article|story)|prev(?:ious)? (?:post|article|story)|outbrain|ob widget|taboola|zergnet|trc related\w*|"
    r"author (?:bio|box|info|description|card|profile|block|about|details|meta|vcard|avatar)|about (?:the "
    r")?author|post author box|saboxplugin wrap|abh box(?: \w+)?|bio box|biography|"
    r"cookie (?:notice|banner|bar|consent|law|policy|message|popup)|cookies?|cookiebanner|gdpr(?: \w+)?|"
    r"consent(?: \w+)?|cmplz(?: \w+)?|cky(?: \w+)?|onetrust(?: \w+)?|"
    r"breadcrumbs?(?: \w+)?|bread crumbs?|post navigation|nav links|navigation|navbar|nav menu|menu|"
    r"pagination|pager|page links|wp pagenavi|"
    r"tag(?:s)? (?:cloud|list|links)|tagcloud|post tags|entry tags|article tags|tags|cat links|entry "
    r"utility|entry footer|post footer|article footer|"
    r"advert|advertisement|ads|ad (?:container|slot|wrapper|unit|box|block|label|banner|placeholder)|"
    r"adsbygoogle|advertising|sponsored|promo|promo (?:box|block|unit)|banner (?:ad|ads)|"
    r"popup|pop up|popover|tooltip(?: \w+)?|rollover(?: \w+)*|modal|lightbox|overlay|sidebar|side bar|"
    r"secondary|skip link|screen reader text|visually "
    r"hidden|sr only|print only|printfriendly|"
    r"paywall(?: \w+)?|donat(?:e|ion) (?:box|form|banner|cta|block)|support us|wp block latest posts|wp "
    r"block social links|widget area|site (?:header|footer|nav\w*)|rating|ratings|star rating|post views|"
    r"toc|table of contents|ez toc\w*|lwptoc"
    r") "
)
CAPTION = re.compile(
    r" (?:wp caption(?: text)?|caption(?: text)?|(?:photo|image|picture|media|pic) ?(?:credit|caption|"
    r"source|meta|info|byline|copyright)s?|credits?|gallery caption|copyright|bildunterschrift|legende|pie "
    r"de foto) "
)
DECK = re.compile(
    r" (?:screen reader text|sr only|sub ?head(?:line|ing|er)?|dek|standfirst|strap ?line|subtitle) "
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def name_of(element: HtmlElement) -> str:
    """The element's class and id as words between single spaces, with one space at each end."""
    return _words_of(f"{element.get('class') or ''} | {element.get('id') or ''}")


@lru_cache(maxsize=4096)
def _words_of(names: str) -> str:
    return f" {_OTHER.sub(' ', _CAMEL.sub(' ', names).lower()).strip()} "
