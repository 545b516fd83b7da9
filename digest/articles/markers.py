"""Phrases that open what is not the article: comment forms, sign-up boxes, related blocks, share bars, credits.

Each regular expression is matched against a whole short line, in the languages of newsrooms.
"""

import re
from enum import StrEnum
from functools import lru_cache

LONGEST = 90
"""A marker line is at most this long, so a sentence about newsletters is no marker."""


class Marker(StrEnum):
    """What begins at a marker line."""

    COMMENTS = "comments"
    NEWSLETTER = "newsletter"
    RELATED = "related"
    SHARE = "share"
    AUTHOR = "author"
    ADVERTISEMENT = "advertisement"


_PHRASES: dict[Marker, str] = {
    Marker.COMMENTS: (
        r"leave a (?:reply|comment)(?: cancel reply)?|(?:post|add|write|submit) (?:a|your) comment|join "
        r"the (?:conversation|discussion)|"
        r"(?:view |show |read |see |all )?(?:the )?\(?\d*\)? ?(?:comments?|responses|replies)(?: "
        r"\(?\d+\)?)?(?: (?:to|on|for) .{3,60})?|no comments(?: yet)?|\d+ thoughts? on .{3,70}|"
        r"your email address will not be published.*|comments are closed.*|be the first to comment.*|"
        r"(?:schreiben? sie einen|schreibe einen|hinterlasse einen?|kommentar) (?:kommentar|schreiben|"
        r"hinterlassen|verfassen)|kommentare?(?: \(\d+\))?|"
        r"deine e-mail-adresse wird nicht veröffentlicht.*|"
        r"(?:laisser|laissez|poster|ajouter|écrire) un (?:commentaire|réponse)|laisser une réponse|(?:les "
        r")?commentaires?|votre adresse e-?mail ne sera pas publiée.*|répondre|"
        r"(?:deja|dejar|escribe|añade|publicar) (?:un|una) (?:comentario|respuesta)|comentarios?(?: "
        r"\(\d+\))?|tu dirección de correo electrónico no será publicada.*|"
        r"lascia un commento|commenti|deixe (?:um comentário|uma resposta)|comentários|"
        r"(?:добавить|оставить|написать|оставьте|добавьте)(?: ваш| свой)? комментарий|комментарии(?: "
        r"\(\d+\))?|комментировать|обсуждение|ваш (?:адрес )?e-?mail не будет опубликован.*|"
        r"(?:մեկնաբանել|մեկնաբանություններ|թողնել մեկնաբանություն|թողնել պատասխան|գրել մեկնաբանություն|"
        r"թողնել կարծիք|ձեր էլ\.? ?-?(?:փոստի|հասցեն).{0,40}|պատասխանել)|"
        r"(?:اترك|أترك|اضف|أضف|إضافة|كتابة|اكتب) (?:تعليقا?ً?|ردا?ً?|رد)(?:ا?ً)?(?: إلغاء الرد)?|"
        r"(?:التعليقات|تعليقات|شارك برأيك)|لن يتم نشر (?:عنوان )?بريدك الإلكتروني.*|"
        r"コメント(?:を(?:残す|書く|投稿(?:する)?|送信))?|コメントをどうぞ|"
        r"メールアドレスが公開されることはありません.*|发表(?:评论|回复)|评论|留言|發表(?:評論|迴響|"
        r"留言)|댓글(?: 남기기)?"
    ),
    Marker.NEWSLETTER: (
        r"(?:sign[ -]?up|subscribe|register)(?: now| today| here)?(?: for| to)? (?:our|the|my|to "
        r"our)?.{0,40}(?:newsletters?|mailing list|updates|emails?|digest|briefing)s?(?: (?:to|and|for|"
        r"today|here) ?.{0,40})?[.!]?|"
        r"(?:our |the )?(?:free |daily |weekly )*newsletters?(?: sign[ -]?up)?|get (?:our|the) "
        r".{0,40}newsletter.{0,30}|get notified of .{0,60}|subscribe(?: now| today| us)?[.!]?|enter your "
        r"e-?mail.{0,40}|"
        r"never miss (?:a|an) .{3,40}|stay (?:informed|in the loop|up to date|updated)[.!]?|(?:get|"
        r"receive) .{3,60} (?:in|to|delivered to) your (?:inbox|email)[.!]?|"
        r"(?:unser(?:en)? )?newsletter(?: abonnieren| bestellen| anmeldung)?|(?:jetzt )?(?:zum |den "
        r")?newsletter (?:anmelden|abonnieren)|"
        r"(?:inscrivez-vous|abonnez-vous|s'abonner|s’abonner)(?: à)?.{0,40}|(?:suscr[ií]bete|suscribirse|"
        r"regístrate).{0,40}|iscriviti .{0,40}|(?:assine|inscreva-se).{0,40}|"
        r"подпи(?:сывайтесь|шитесь|саться|ска)(?: на)?.{0,50}|(?:բաժանորդագրվ?ե?ք?|բաժանորդագրվել|"
        r"բաժանորդագրություն|գրանցվ?ե?ք?).{0,50}|(?:اشترك|الاشتراك|اشتركوا|سجل|انضم).{0,50}(?:النشرة|"
        r"القائمة|البريدية|نشرتنا|بريدك).{0,30}|"
        r"النشرة (?:البريدية|الإخبارية)|ニュースレター(?:の登録|に登録|を購読)?|"
        r"メールマガジン.{0,20}|订阅.{0,20}"
    ),
    Marker.RELATED: (
        r"you (?:may|might)(?: also)? (?:like|enjoy|be interested in|have missed)(?:[:.…]| these.*)?|"
        r"(?:our )?(?:related|recommended|similar|suggested|popular|trending|latest|recent|more|other|top|"
        r"most "
        r"(?:read|popular|viewed))"
        r" (?:articles?|stor(?:y|ies)|posts?|news|content|reading|topics|links|coverage|videos?|from "
        r".{2,40}|on this topic|in .{2,30}|like this)[:.]?|"
        r"related(?: to this)?:?|recommended(?: for you)?:?|"
        r"(?:read|see|watch|check out)(?: also| more| next| too)(?: (?:on|from|about|in) "
        r".{2,40})?[:.…»>→]*|also (?:read|see|on .{2,30})[:.]?|(?:up next|trending(?: now)?|most (?:read|"
        r"popular|viewed|shared)|editor.?s.? (?:picks?|choice)|what to read next|don.t miss|in case you "
        r"missed it|more from .{2,40}|keep reading|further reading|next (?:article|story|post)|previous "
        r"(?:article|story|post))[:.]?|"
        r"(?:lesen sie (?:auch|mehr)|mehr (?:zum thema|dazu|lesen|artikel|aus .{2,30})|das könnte (?:sie|"
        r"dich|ihnen) auch (?:interessieren|gefallen)|(?:ähnliche|weitere|verwandte|passende) (?:artikel|"
        r"beiträge|themen|meldungen|nachrichten|informationen)(?: zum thema)?|auch interessant|zum thema|"
        r"meistgelesen(?:e artikel)?|siehe auch|weiterlesen)[:.…]?|"
        r"(?:(?:à )?lire (?:aussi|également|plus|la suite)|(?:articles?|sujets?) (?:similaires?|liés|"
        r"connexes|associés|recommandés)|vous (?:aimerez|pourriez)(?: peut-être)?(?: aussi| également)?(?: "
        r"aimer)?|sur le même (?:sujet|thème)|voir aussi|dans la même rubrique|les plus lus|à "
        r"découvrir)[:.…]?|"
        r"(?:(?:lea|lee|leer|ver|vea|te puede|le puede|también te puede) (?:también|más|interesar|además)|"
        r"(?:noticias|artículos|entradas|notas|temas) (?:relacionad[oa]s|similares)|relacionad[oa]s?|te "
        r"(?:recomendamos|puede interesar)|lo más (?:leído|visto)|más (?:noticias|información|leídas)(?: "
        r"(?:sobre|de|en) .{2,40})?)[:.…]?|"
        r"(?:leggi anche|potrebbe interessarti(?: anche)?|articoli correlati|leia (?:também|mais)|veja "
        r"também|(?:artigos|notícias|matérias) relacionad[oa]s|lees ook|meer (?:over|nieuws).{0,30}|läs "
        r"(?:också|även)|les også|læs også|czytaj (?:też|także|również)|zobacz (?:też|także|również)|"
        r"přečtěte si.{0,20})[:.…]?|"
        r"(?:читайте (?:также|ещ[её]|по теме)|(?:похожие|связанные|другие) (?:статьи|новости|материалы|"
        r"записи|темы|публикации)|(?:материалы|новости|статьи|ещ[её])? ?по теме|вам (?:может быть|также|"
        r"будет) .{0,20}(?:интересно|понравиться)|смотрите также|рекомендуем.{0,20}|самое (?:читаемое|"
        r"популярное)|популярное|последние новости|читати також|читайте також)[:.…]?|"
        r"(?:կարդացե?ք նաև|կարդալ նաև|կարդալ ավելին|կարդացե?ք ավելին|նմանատիպ (?:նյութեր|հոդվածներ|"
        r"նորություններ)|առնչվող (?:նյութեր|հոդվածներ|լուրեր)|թեմայի շուրջ|այս թեմայով|այլ (?:նյութեր|"
        r"լուրեր|նորություններ)|վերջին (?:լուրեր|նորություններ)|ձեզ կարող է (?:նաև )?(?:հետաքրքրել|դուր "
        r"գալ)|ամենաընթերցվածը|դիտե?ք նաև|տես նաև|հետաքրքիր է նաև)[:՝.…]?|"
        r"(?:اقر(?:أ|ؤوا|أوا|ا) (?:أيضا?ً?|ايضا?ً?|المزيد|كذلك)|(?:مقالات|أخبار|مواضيع|موضوعات|مواد|قصص) "
        r"(?:ذات صلة|مشابهة|متعلقة|قد تهمك|أخرى)|ذات صلة|قد (?:يعجبك|يهمك|تعجبك)(?: أيضا?ً?)?|(?:الأكثر "
        r"(?:قراءة|شيوعا|مشاهدة)|شاهد أيضا?ً?|المزيد(?: من .{2,30})?|آخر الأخبار))[:.…]?|"
        r"(?:関連(?:記事|ニュース|リンク|する記事)?|あわせて読みたい|おすすめ(?:記事)?|こちらもおすすめ|"
        r"人気(?:記事|の記事)|最新(?:記事|ニュース)|次の記事|前の記事|"
        r"相关(?:阅读|文章|新闻|推荐|链接)|推荐阅读|延伸阅读|延伸閱讀|相關(?:文章|新聞|報導)|猜你喜欢|"
        r"热门文章|관련 ?(?:기사|뉴스|글))[:：]?"
    ),
    Marker.SHARE: (
        r"share(?: (?:this|on|via|it|with)(?: .{2,40})?)?[:!.]?|(?:tweet|pin it|print|email|like this|"
        r"facebook|twitter|whatsapp|telegram|linkedin)(?: this(?: .{2,20})?)?:?|like this: ?like loading.*|"
        r"follow us(?: on .{2,40})?[.:!]?|click to share on .*|"
        r"(?:artikel |beitrag )?teilen(?: mit| auf .{2,20})?:?|partager(?: (?:sur|cet article|"
        r"l.article).{0,30})?:?|compartir(?: (?:en|esta).{0,30})?:?|condividi(?: su.{0,30})?:?|"
        r"compartilh(?:e|ar).{0,30}|"
        r"поделиться(?: .{2,40})?:?|поделитесь .{2,40}|(?:կիսվել|տարածել|կիսվե?ք)(?: .{2,40})?[:՝]?|"
        r"(?:شارك(?: هذا| المقال| الموضوع| الخبر)?(?: .{2,20})?|"
        r"مشاركة|انشر)[:.]?|共有:?|シェア(?:する)?|分享(?:到|"
        r"至)?:?|いいね[:：]?.{0,12}"
    ),
    Marker.AUTHOR: (
        r"about (?:the )?authors?:?|(?:über|zum) (?:den |die )?autor(?:in)?:?|(?:à propos de|l.auteur)(?: "
        r"l.auteur)?:?|sobre (?:el|la|o|a) autora?:?|об авторе:?|հեղինակի մասին:?|(?:عن|نبذة عن) الكاتب:?|"
        r"この記事を書いた人|著者(?:について)?|关于作者"
    ),
    Marker.ADVERTISEMENT: (
        r"(?:advertis(?:e)?ments?|sponsored(?: content)?|ads? by .{2,20}|continue reading (?:below|the "
        r"main story)|article continues (?:after|below).*|story continues below.*|scroll to continue.*|"
        r"anzeige|werbung|publicité|publicidad|publicidade|pubblicità|"
        r"реклама|գովազդ|إعلان|広告|スポンサーリンク|"
        r"广告)[:.]?|"
        r"skip advert(?:isement)?|loading(?:\.{3}|…)?|this (?:website|site) uses cookies.*|(?:accept|"
        r"manage) (?:all )?cookies.*"
    ),
}
_COMPILED = [(kind, re.compile(rf"(?:{phrase})", re.IGNORECASE)) for kind, phrase in _PHRASES.items()]
_EDGES = " \t\n\u00a0\u200e\u200f*•·|»«>→←▶►–—-_#=▼↓📩📧✉️"

CREDIT_LINE = re.compile(
    r"^[\[(]?\s*(?:(?:photo(?:graph|s)?|image|picture|pic|illustration|video|file photo|featured image|"
    r"cover (?:photo|image)|foto|bild|imagen?|photo credit|image credit|"
    r"picture credit|photos|fotos|crédits? photos?|symbolbild|symbolfoto|beitragsbild|archivbild|titelbild|"
    r"фото|изображение|иллюстрация|լուսանկար(?:ը|ներ)?|ֆոտո|"
    r"صورة|الصورة|写真|画像|图片|图|图片来源|摄影)"
    r"(?:\s(?:credits?|courtesy|source|via|copyright|by|de|von|par|of))*\s?(?:[:：/՝`|©]|by\b|via\b|"
    r"courtesy\b)|©|\(c\)\s|credits?\s?[:/]|image (?:courtesy|source|via)|getty images\b|(?:reuters|ap|afp|"
    r"epa)\s?(?:photo)?/).{0,160}$",
    re.IGNORECASE,
)
"""A line that says where a picture comes from."""

ALSO_READ = re.compile(
    r"^[\[(*•►▶»>-]*\s*(?:(?:read|see|watch)\s?(?:also|more|next)|also read|related(?: (?:story|article|"
    r"stories|news|video|post))?|more(?: (?:on this|from .{2,30}))?|recommended|don.t miss|must read|"
    r"trending|"
    r"lesen sie (?:auch|mehr)|lire aussi|à lire (?:aussi|également)?|lea también|le(?:e|er) (?:también|"
    r"más)|te puede interesar|puedes ver|mira también|leggi anche|leia (?:também|mais)|lees ook|czytaj "
    r"(?:też|także|również)|"
    r"читайте также|читать также|по теме|смотрите также|կարդացե?ք նաև|կարդալ նաև|դիտե?ք նաև|اقرأ "
    r"(?:أيضا?ً?|المزيد)|إقرأ أيضا?ً?|関連記事|相关阅读|延伸阅读)\s?[:：|՝»→–—-]\s?.{4,200}$",
    re.IGNORECASE,
)
"""A line within a text that leads to another article."""


@lru_cache(maxsize=4096)
def marker(line: str) -> Marker | None:
    """What begins at `line` when the whole line is a marker; None for a line of the article."""
    if len(line) > LONGEST * 2:
        return None
    line = " ".join(line.split()).strip(_EDGES)
    if not line or len(line) > LONGEST:
        return None
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(line)), None)
