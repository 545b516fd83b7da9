"""Pages of an invented newsroom, built as WordPress themes build them."""

ENGLISH = """<!doctype html>
<html lang="en-US"><head><meta charset="utf-8">
<title>Bridge over the Debed closes &#8211; The Debed Courier</title>
<link rel="canonical" href="https://courier.example/2026/05/bridge/">
<link rel="shortlink" href="https://courier.example/?p=41">
<link rel="alternate" hreflang="hy" href="https://courier.example/hy/2026/05/bridge/">
<meta property="og:site_name" content="The Debed Courier">
<meta property="og:type" content="article">
<meta property="og:title" content="Bridge over the Debed closes">
<meta property="og:image" content="https://courier.example/i/bridge.jpg">
<meta property="og:image:width" content="1200"><meta property="og:image:height" content="800">
<meta property="article:section" content="Roads">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
 {"@type":"WebSite","name":"The Debed Courier"},
 {"@type":"NewsArticle","headline":"Bridge over the Debed closes","datePublished":"2026-05-07T10:30:00+04:00",
  "dateModified":"2026-05-07T12:00:00+04:00","author":{"@id":"#ani"},"commentCount":3,"keywords":["bridge","roads"],},
 {"@type":"Person","@id":"#ani","name":"Ani Petrosyan"}]}</script></head>
<body class="post-template-default single single-post postid-41">
<header class="site-header"><nav><ul><li><a href="/">Home</a></li><li><a href="/roads/">Roads</a></li></ul></nav></header>
<main><article class="post"><h1 class="entry-title">Bridge over the Debed closes</h1>
<div class="entry-meta">By <span class="author">Ani Petrosyan</span>
<time class="entry-date published" datetime="2026-05-07T10:30:00+04:00">May 7, 2026</time></div>
<div class="entry-content">
<div class="sharedaddy"><h3>Share this:</h3><a href="#">Facebook</a> <a href="#">Telegram</a></div>
<figure class="wp-caption"><img src="/i/bridge.jpg" alt="The bridge"><figcaption>The bridge. Photo: A. Hakobyan</figcaption></figure>
<p>ALAVERDI (Courier News) — The bridge over the Debed closes on Monday for five weeks, the ministry of
roads said.</p>
<p>Photo: Courier archive</p>
<p>Buses will go round by Odzun, and the fare of 200 drams will not change, the ministry said in a letter to
the town council.</p>
<h2>What drivers should know</h2>
<ul><li>Lorries over ten tons are sent through Vanadzor.</li><li>The footbridge stays open day and
night.</li></ul>
<p>“We have waited for these repairs for eleven years,” said Hasmik Alaverdyan, who keeps the shop at the
southern end of it.</p>
<p><strong>Read also:</strong> <a href="/2026/04/lamps/">New lamps on the road to Odzun</a></p>
<p>The mayor, Karen Melkumyan, said that the work would be paid by the region and that it would be finished
before the harvest.</p>
<div class="jp-relatedposts"><h3>Related</h3><a href="/2026/03/tunnel/">The tunnel at Sanahin opens after two years</a></div>
</div></article>
<div class="author-bio"><p>Ani Petrosyan writes about roads and rivers. She lives in Alaverdi with two cats.</p></div>
<section id="comments"><div id="respond" class="comment-respond"><h3>Leave a Reply</h3>
<form><p>Your email address will not be published. Required fields are marked *</p><textarea name="c"></textarea></form></div></section>
<div class="subscribe-block"><h4>Sign Up for Our Newsletters</h4><p>Get notified of the latest updates from The Courier.</p>
<form><input name="email"></form></div>
<section class="more"><h2>You May Also Like</h2>
<article><h3 class="entry-title"><a href="/2026/04/fish/">Trout return to the upper Debed</a></h3><p>ODZUN — Fishermen were the first to see…</p></article>
<article><h3 class="entry-title"><a href="/2026/04/train/">Night train to Tbilisi runs again</a></h3><p>AYRUM — After a winter without…</p></article>
</section></main>
<div class="cookie-notice" role="dialog"><p>We use cookies to make this site better for you.</p></div>
<footer><p>© 2026 The Debed Courier. All rights reserved.</p></footer></body></html>
"""

ARMENIAN = """<!doctype html>
<html lang="en-US"><head><meta charset="utf-8"><title>Դեբեդի կամուրջը փակվում է | Դեբեդի լրաբեր</title>
<meta property="og:site_name" content="Դեբեդի լրաբեր">
<meta property="article:published_time" content="2026-05-07T10:40:00+04:00"></head>
<body class="single"><main><article><h1>Դեբեդի կամուրջը փակվում է</h1>
<div class="entry-content">
<p>ԱԼԱՎԵՐԴԻ, 7 մայիսի, ԱՐՄԵՆՊՐԵՍ․ Դեբեդի վրայի կամուրջը երկուշաբթի օրվանից հինգ շաբաթով փակվում է, հայտնեց
ճանապարհների նախարարությունը։</p>
<p>Ավտոբուսները կանցնեն Օձունով, իսկ 200 դրամ վճարը չի փոխվի, ասված է քաղաքային խորհրդին ուղղված նամակում։</p>
<p>«Տասնմեկ տարի սպասել ենք այս վերանորոգմանը», — ասաց կամրջի մոտ խանութ պահող Հասմիկ Ալավերդյանը։</p>
<p>Լուսանկարը՝ Ա. Հակոբյանի</p>
</div></article>
<section><h3>Կարդացեք նաև</h3><ul><li><a href="/hy/1/">Ձկները վերադառնում են Դեբեդի վերին հոսանք</a></li></ul></section>
<div><h3>Թողնել մեկնաբանություն</h3><form><textarea></textarea></form></div></main></body></html>
"""

ARABIC = """<!doctype html>
<html dir="rtl" lang="ar"><head><meta charset="windows-1256"><title>إغلاق الجسر فوق نهر ديبيد - بريد ديبيد</title>
<meta property="og:site_name" content="بريد ديبيد"></head>
<body class="single"><main><article><h1>إغلاق الجسر فوق نهر ديبيد</h1>
<p class="byline">بقلم: ليلى حداد</p><time datetime="2026-05-07T09:00:00Z">7 مايو 2026</time>
<div class="entry-content">
<p>القاهرة (رويترز) - يغلق الجسر فوق نهر ديبيد يوم الاثنين لمدة خمسة أسابيع، كما قالت وزارة الطرق في بيان
لها.</p>
<p>وستمر الحافلات عبر بلدة أودزون، ولن تتغير الأجرة البالغة مئتي درام، كما جاء في رسالة إلى مجلس المدينة.</p>
<p>وقالت هاسميك التي تدير متجرا عند الجسر إن الناس انتظروا هذه الأعمال أحد عشر عاما.</p>
</div><div class="related"><h3>اقرأ أيضا</h3><a href="/ar/2/">عودة الأسماك إلى أعالي النهر بعد غياب طويل</a></div>
<div id="respond"><h3>اترك تعليقا</h3><form><textarea></textarea></form></div></article></main></body></html>
"""
