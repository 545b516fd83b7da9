"""Moments, languages, titles and JSON-LD as they are met on real pages."""

import pytest
from lxml.html import document_fromstring

from digest.articles import jsonld
from digest.articles.language import detect, language_of, tag
from digest.articles.moment import moment_of_address, read_moment
from digest.articles.title import tidy, without_site

MOMENTS = [
    ("2016-04-14T12:00:00+04:00", "2016-04-14T12:00:00+04:00"),
    ("2016-04-14T08:00:00Z", "2016-04-14T08:00:00+00:00"),
    ("2016-04-14T08:00:00.123-0330", "2016-04-14T08:00:00-03:30"),
    ("2016-04-14", "2016-04-14T00:00:00+00:00"),
    ("20160414", "2016-04-14T00:00:00+00:00"),
    ("Thu, 14 Apr 2016 12:00:00 +0400", "2016-04-14T12:00:00+04:00"),
    ("1460620800", "2016-04-14T08:00:00+00:00"),
    ("April 14, 2016", "2016-04-14T00:00:00+00:00"),
    ("Apr 14 2016 3:05 pm EST", "2016-04-14T15:05:00-05:00"),
    ("14 avril 2016 à 15h30", "2016-04-14T15:30:00+00:00"),
    ("14. April 2016, 12:30 Uhr", "2016-04-14T12:30:00+00:00"),
    ("14 de abril de 2016", "2016-04-14T00:00:00+00:00"),
    ("14 ապրիլի, 2016", "2016-04-14T00:00:00+00:00"),
    ("14 апреля 2016, 12:30", "2016-04-14T12:30:00+00:00"),
    ("1 أبريل 2016", "2016-04-01T00:00:00+00:00"),
    ("2016年4月14日 12:30", "2016-04-14T12:30:00+00:00"),
    ("14.04.2016", "2016-04-14T00:00:00+00:00"),
]


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_a_moment_is_read_with_its_zone(text: str, expected: str) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert moment.at().isoformat() == expected


@pytest.mark.parametrize("text", ["", "soon", "May 2016", "32.13.2016", "2016-02-31", "1016-04-14", None])
def test_what_is_no_moment_is_none(text: str | None) -> None:
    assert read_moment(text) is None


def test_the_day_in_an_address_is_read() -> None:
    moment = moment_of_address("https://courier.example/2016/04/14/bridge/")
    assert moment is not None
    assert moment.at().date().isoformat() == "2016-04-14"
    assert moment_of_address("https://courier.example/bridge-1234/") is None


TEXTS = {
    "en": "The bridge over the river is closed and the buses go round by the town, the ministry said.",
    "de": "Die Brücke über den Fluss ist gesperrt und die Busse fahren durch die Stadt, sagte das Ministerium.",
    "fr": "Le pont sur la rivière est fermé et les bus passent par la ville, a dit le ministère dans une lettre.",
    "es": "El puente sobre el río está cerrado y los autobuses pasan por la ciudad, dijo el ministerio.",
    "hy": "Գետի վրայի կամուրջը փակ է, իսկ ավտոբուսները կանցնեն քաղաքով։",
    "ru": "Мост через реку закрыт, и автобусы идут в объезд через город, как сообщили в министерстве.",
    "uk": "Міст через річку закрито, і автобуси йдуть в об'їзд через місто, як повідомили в міністерстві, що відповідає за дороги.",
    "ar": "الجسر فوق النهر مغلق والحافلات تمر عبر المدينة كما قالت الوزارة",
    "fa": "پل روی رودخانه بسته است و اتوبوس‌ها از شهر می‌گذرند، وزارتخانه گفت",
    "ja": "川にかかる橋は閉鎖され、バスは町を通って迂回すると省は述べた。",
    "zh": "河上的桥已经关闭，公共汽车将绕道经过城镇，交通部门在一封信中说。",
    "ka": "მდინარეზე ხიდი დაკეტილია და ავტობუსები ქალაქის გავლით მიდიან",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_told_by_script_and_small_words(language: str) -> None:
    assert detect(TEXTS[language]) == language


def test_a_declared_language_holds_only_if_the_text_bears_it_out() -> None:
    assert language_of(TEXTS["hy"], ["en-US"]) == "hy"
    assert language_of(TEXTS["hy"], ["hyw"]) == "hyw"
    assert language_of(TEXTS["fr"], ["en"]) == "fr"
    assert language_of(TEXTS["en"], [None, "en_GB"]) == "en"
    assert language_of("12345", ["hy"]) == "hy"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [("en_US", "en"), ("zh-Hant", "zh-Hant"), ("zh-cn", "zh-CN"), ("und", None), ("", None), ("HY", "hy")],
)
def test_a_tag_is_normalised(declared: str, expected: str | None) -> None:
    assert tag(declared) == expected


@pytest.mark.parametrize(
    ("title", "sites", "expected"),
    [
        ("Bridge closes – The Courier", ["The Courier"], "Bridge closes"),
        ("The Courier | Bridge closes", ["The Courier"], "Bridge closes"),
        ("Bridge closes - Roads - courier.example", ["courier.example", "Roads"], "Bridge closes"),
        ("War and peace - a review", ["The Courier"], "War and peace - a review"),
        (
            "Bridge closes for five weeks from Monday | Courier",
            [],
            "Bridge closes for five weeks from Monday",
        ),
    ],
)
def test_the_site_is_taken_off_a_title(title: str, sites: list[str], expected: str) -> None:
    assert without_site(title, sites) == expected


def test_a_title_is_one_line_without_entities_and_marks() -> None:
    assert tidy("  Tom &amp;amp; Jerry&#8217;s\n <em>bridge</em>\u200b ") == "Tom & Jerry’s bridge"
    assert tidy("  ") is None


def script(body: str) -> list[jsonld.Node]:
    return jsonld.nodes(
        document_fromstring(f'<html><head><script type="application/ld+json">{body}</script></head></html>')
    )


def test_broken_json_still_gives_its_plain_fields() -> None:
    node = jsonld.article_node(
        script(
            '{"@type": "NewsArticle", "headline": "A \\"bridge\\"", "datePublished": "2026-05-07", "author": {"name": "Ani"}, "x": oops}'
        )
    )
    assert node is not None
    assert (node["headline"], node["datePublished"], node["author"]) == ('A "bridge"', "2026-05-07", "Ani")


@pytest.mark.parametrize(
    "body",
    [
        '[{"@type":"WebPage"},{"@type":["BlogPosting","Thing"],"headline":"H","datePublished":"2026-05-07"}]',
        '{"@graph":[{"@type":"Organization","name":"O"},{"@type":"https://schema.org/NewsArticle","headline":"H","datePublished":"2026-05-07"}]}',
        '{"@type":"NewsArticle","headline":"H\n","datePublished":"2026-05-07",}',
        '<!-- {"@type":"Article","headline":"H","datePublished":"2026-05-07"} -->',
    ],
)
def test_the_article_is_found_in_graphs_arrays_and_careless_json(body: str) -> None:
    node = jsonld.article_node(script(body))
    assert node is not None
    assert jsonld.text(node["headline"]) == "H"


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "{", '"x"', "[" * 5000, '{"@type":"Recipe","name":"Soup"}']
)
def test_no_article_in_json_is_none(body: str) -> None:
    assert jsonld.article_node(script(body)) is None
