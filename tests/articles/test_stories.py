"""Same story, same piece again, translation, related: decided from the articles alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.articles.fingerprint import Fingerprint, containment, fingerprint, is_republished, resemblance
from digest.articles.related import Earlier, related
from digest.articles.story import Telling, cluster, same_title
from digest.articles.translation import Version, pair

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
BRIDGE = Telling(
    "bridge",
    "The bridge over the Debed at Alaverdi closes on Monday for five weeks. Buses will go round by Odzun, "
    "the ministry "
    "of roads said. Lorries over ten tons are sent through Vanadzor. Mayor Karen Melkumyan said the region "
    "would pay.",
    published=NOON,
)
BRIDGE_WIRE = Telling(
    "bridge-wire",
    "From Monday no car will cross the Debed at Alaverdi: the old bridge is shut for five weeks of "
    "repairs. Mayor Karen "
    "Melkumyan said lorries must take the road by Vanadzor, and buses that by Odzun. The ministry of roads "
    "pays a part.",
    published=NOON + timedelta(hours=3),
)
FISH = Telling(
    "fish",
    "Trout have come back to the upper river after nine years, fishermen of the village said. Vardan "
    "Sargsyan counts them "
    "each spring at the old mill. The water was cleaned when the copper works closed their pond, a "
    "biologist explained.",
    published=NOON,
)
CHESS = Telling(
    "chess",
    "A girl of eleven from Gyumri has won the chess cup for schools with eight points of nine. Lilit "
    "Ghazaryan drew only "
    "her last game against the champion of Shirak. Her teacher said she had played blindfold all winter.",
    published=NOON,
)


def test_two_tellings_of_one_event_are_one_story_and_others_are_not() -> None:
    keys = cluster([BRIDGE, FISH, BRIDGE_WIRE, CHESS])
    assert keys["bridge"] == keys["bridge-wire"]
    assert len(set(keys.values())) == 3


def test_the_order_of_the_input_changes_nothing() -> None:
    forwards = cluster([BRIDGE, FISH, BRIDGE_WIRE, CHESS])
    assert cluster([CHESS, BRIDGE_WIRE, FISH, BRIDGE]) == forwards


def test_keys_stay_and_a_new_article_joins() -> None:
    told = [replace(BRIDGE, story_key="k1"), replace(FISH, story_key="k2")]
    keys = cluster([*told, BRIDGE_WIRE, CHESS])
    assert (keys["bridge"], keys["fish"], keys["bridge-wire"]) == ("k1", "k2", "k1")
    assert keys["chess"] not in ("k1", "k2")


def test_two_stories_that_have_keys_are_never_merged() -> None:
    keys = cluster([replace(BRIDGE, story_key="k1"), replace(BRIDGE_WIRE, story_key="k2")])
    assert keys == {"bridge": "k1", "bridge-wire": "k2"}


def test_the_same_event_weeks_later_is_another_story_but_the_same_text_is_not() -> None:
    later = replace(BRIDGE_WIRE, published=NOON + timedelta(days=30))
    again = replace(BRIDGE, id="again", published=NOON + timedelta(days=30))
    keys = cluster([BRIDGE, later, again, FISH, CHESS])
    assert keys["bridge"] == keys["again"]
    assert (
        cluster([BRIDGE, later, FISH, CHESS])["bridge"] != keys["bridge-wire"]
        or keys["bridge-wire"] == keys["again"]
    )


def test_short_titles_repeat_and_long_ones_do_not() -> None:
    assert not same_title("Weather", "Weather")
    assert not same_title("Morning news of the day", "Bridge over the Debed closes for five weeks of repairs")
    assert same_title(
        "Bridge over the Debed closes for five weeks", "Bridge over the Debed closes for five weeks."
    )


PASSAGES = [
    f"Passage {n} tells of the {word} that nobody in the valley had seen before the spring."
    for n, word in enumerate(
        [
            "bridge",
            "river",
            "fish",
            "train",
            "lamp",
            "mill",
            "school",
            "choir",
            "museum",
            "road",
            "library",
            "bread",
            "wine",
            "comet",
            "snow",
            "stove",
            "orchard",
            "kiln",
            "loom",
            "drum",
        ]
    )
]


def test_a_republished_piece_is_recognised_and_a_follow_up_is_not() -> None:
    piece = fingerprint(" ".join(PASSAGES))
    again = fingerprint(" ".join(["Updated at noon.", *PASSAGES[:-1]]))
    follow_up = fingerprint(
        " ".join(
            [
                *PASSAGES[:5],
                *(line.replace("tells", "asks").replace("valley", "city") for line in PASSAGES[5:]),
            ]
        )
    )
    assert is_republished(piece, again)
    assert not is_republished(piece, follow_up)
    assert containment(piece, fingerprint(" ".join(PASSAGES[:10]))) > 0.9


@given(st.text(max_size=400))
def test_a_fingerprint_is_stored_and_read_without_loss(text: str) -> None:
    made = fingerprint(text)
    assert Fingerprint.read(str(made)) == made
    assert resemblance(made, made) == (1.0 if made.size else 0.0)


def version(identifier: str, language: str, **more: object) -> Version:
    given_fields: dict[str, object] = {"published": NOON, "text": "", **more}
    return Version(identifier, f"courier.example/{identifier}", language, **given_fields)  # type: ignore[arg-type]


def test_pages_that_name_each_other_are_a_pair() -> None:
    keys = pair(
        [version("en", "en"), version("hy", "hy", alternates=("courier.example/en",)), version("ru", "ru")]
    )
    assert keys["en"] == keys["hy"] != keys["ru"]


def test_the_same_image_within_two_days_is_evidence_whatever_its_size() -> None:
    big, small = "https://courier.example/i/bridge.jpg", "https://courier.example/i/bridge-300x200.jpg"
    keys = pair([version("en", "en", image_url=big), version("hy", "hy", image_url=small)])
    assert keys["en"] == keys["hy"]
    late = pair(
        [
            version("en", "en", image_url=big),
            version("hy", "hy", image_url=small, published=NOON + timedelta(days=3)),
        ]
    )
    assert late["en"] != late["hy"]


def test_the_same_numbers_around_the_same_hour_are_evidence() -> None:
    english = "In 2026 the town paid 4500 drams for 37 lamps and 120 metres of wire, and 88 people came."
    armenian = "2026 թվականին քաղաքը վճարեց 4500 դրամ 37 լապտերի և 120 մետր լարի համար, եկավ 88 մարդ։"
    keys = pair(
        [
            version("en", "en", text=english),
            version("hy", "hy", text=armenian),
            version("ru", "ru", text="Нет чисел."),
        ]
    )
    assert keys["en"] == keys["hy"] != keys["ru"]


def test_a_language_stands_in_a_pair_once_and_keys_stay() -> None:
    keys = pair(
        [
            version("en", "en", pair_key="k"),
            version("hy", "hy", alternates=("courier.example/en",)),
            version("hy2", "hy", alternates=("courier.example/en",), published=NOON + timedelta(hours=1)),
        ]
    )
    assert keys["en"] == keys["hy"] == "k"
    assert keys["hy2"] != "k"


def earlier(telling: Telling, days: int, story: str | None = None) -> Earlier:
    return Earlier(telling.id, telling.title, telling.text, NOON - timedelta(days=days), "en", story)


def test_related_articles_are_earlier_alike_and_of_another_story() -> None:
    article = Earlier(
        "new",
        "",
        "The Debed bridge at Alaverdi opens again, said Mayor Karen Melkumyan. Buses no longer go by Odzun.",
        NOON,
        "en",
        "s0",
    )
    known = [
        earlier(BRIDGE, 30, "s1"),
        earlier(BRIDGE_WIRE, 29, "s1"),
        earlier(FISH, 3, "s2"),
        earlier(CHESS, 2, "s3"),
    ]
    assert [one.id for one in related(article, known, 3)][:1] in (["bridge"], ["bridge-wire"])
    assert len([one for one in related(article, known, 3) if one.story_key == "s1"]) == 1
    assert related(article, known, 3, exclude=("bridge", "bridge-wire")) == []
    assert related(article, [replace(one, published=NOON + timedelta(days=1)) for one in known]) == []
