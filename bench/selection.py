"""Selection replayed over a real WordPress site, week by week (part of make bench).

    python bench/selection.py [DATA] [--places 10] [--busy-places 4] [--quiet]

DATA is the folder of measurement data (default: $DIGEST_BENCH_DATA or ../shared/data beside the checkout).
Every Thursday at 09:00 of the site's zone an issue is chosen, knowing what was known then: the posts of the
week, the comments written so far, the stories sent before. Printed for each issue: candidates, chosen, left,
sections covered, repeats (must be 0). There is no public oracle for choosing; what can be asked is how many
of the comments that a week's posts got in the end were on the chosen ones, beside newest-first with as many
places. The site publishes one to three posts a month, so its own weeks leave nothing to choose: the busy
replay runs the same posts in the same order at twelve a week.
"""

import argparse
import os
import random
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from json import loads
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digest.articles.extraction import extract_fragment
from digest.articles.problem import NoArticle
from digest.articles.story import Telling, cluster
from digest.schedule import next_slots, parse, zone
from digest.selection import Candidate, Policy, choose

SITE, HOURS = "unitingnc-en", "America/New_York"
WEEK = timedelta(days=7)
POSTS_A_WEEK = 12
_COMMENT = re.compile(r'id="comment-\d+".*?comment-time-link[^>]*>([^<]+)<', re.DOTALL)
_CATEGORY = re.compile(r'/category/[^"]+"[^>]*rel="category[^>]*>([^<]+)<')


@dataclass(frozen=True)
class Post:
    """A post as it stood on the site, with the times of its comments."""

    candidate: Candidate
    comments: tuple[datetime, ...]

    def at(self, now: datetime) -> Candidate:
        """The candidate with the comments written by `now`."""
        return replace(self.candidate, comments=sum(time <= now for time in self.comments))

    def moved(self, to: datetime) -> "Post":
        """The post published at another time, its comments as long after it as they were."""
        by = to - self.candidate.published_at
        return Post(replace(self.candidate, published_at=to), tuple(time + by for time in self.comments))


def read_posts(archive: Path) -> list[Post]:
    """Every post of the collection, oldest first, with what its page says of comments and categories."""
    posts: dict[int, dict[str, Any]] = {}
    pages: dict[int, str] = {}
    with tarfile.open(archive) as files:
        for member in files:
            stream = files.extractfile(member)
            if stream is None:
                continue
            raw = stream.read()
            if member.name.endswith(".json"):
                found = loads(raw)
                for post in found if isinstance(found, list) else [found]:
                    posts[post["id"]] = post
            elif member.name.startswith("pages/"):
                pages[int(Path(member.name).stem)] = raw.decode("utf-8", "replace")
    names = _categories(posts, pages)
    ordered = sorted(posts.values(), key=lambda post: (post["date_gmt"], post["id"]))
    found = [_post(post, pages.get(post["id"], ""), names) for post in ordered]
    keys = cluster(
        [
            Telling(str(one.candidate.article_id), one.candidate.text, one.candidate.title,
                    one.candidate.published_at, "en")
            for one in found
        ]
    )  # fmt: skip
    return [
        Post(replace(one.candidate, story_key=keys[str(one.candidate.article_id)]), one.comments)
        for one in found
    ]


def _categories(posts: dict[int, dict[str, Any]], pages: dict[int, str]) -> dict[int, str]:
    """The name of each category, from the pages of the posts that are in one only."""
    votes: dict[int, Counter[str]] = {}
    for number, page in pages.items():
        categories = posts[number]["categories"] if number in posts else []
        if len(categories) == 1:
            votes.setdefault(categories[0], Counter()).update(_CATEGORY.findall(page))
    return {one: unescape(names.most_common(1)[0][0]) for one, names in votes.items() if names}


def _post(post: dict[str, Any], page: str, names: dict[int, str]) -> Post:
    local = ZoneInfo(HOURS)
    comments = tuple(
        datetime.strptime(text.strip(), "%B %d, %Y at %I:%M %p").replace(tzinfo=local).astimezone(UTC)
        for text in _COMMENT.findall(page)
    )
    try:
        text = extract_fragment(post["content"]["rendered"], post["link"]).text
    except NoArticle:
        text = ""
    category = post["categories"][0] if post["categories"] else 0
    return Post(
        Candidate(
            article_id=post["id"],
            story_key=str(post["id"]),
            url=post["link"],
            title=unescape(post["title"]["rendered"]),
            published_at=datetime.fromisoformat(post["date_gmt"]).replace(tzinfo=UTC),
            source_name=SITE,
            section=names.get(category, f"category {category}"),
            author=str(post["author"]),
            language="en",
            words=len(text.split()),
            has_image=bool(post["featured_media"]) or "<img" in post["content"]["rendered"],
            text=text,
        ),
        comments,
    )


@dataclass
class Tally:
    """What a whole replay came to."""

    issues: int = 0
    chosen: int = 0
    left: int = 0
    repeats: int = 0
    unstable: int = 0
    sections_there: int = 0
    sections_in: int = 0
    sections_by_newest: int = 0
    comments: int = 0
    caught: int = 0
    caught_by_newest: int = 0
    most_commented: int = 0
    top_caught: int = 0
    top_caught_by_newest: int = 0


def replay(posts: Sequence[Post], policy: Policy, quiet: bool) -> Tally:
    """Choose an issue every week from the first post to the last, and print each that has candidates."""
    tally, tz = Tally(), zone(HOURS)
    sent: dict[int, tuple[int, datetime]] = {}
    stories: dict[str, tuple[int, datetime]] = {}
    slot = posts[0].candidate.published_at
    end = posts[-1].candidate.published_at + WEEK
    while slot < end:
        (slot,) = next_slots(parse("thu 09:00"), tz, slot)
        week = [post for post in posts if slot - policy.window <= post.candidate.published_at <= slot]
        if not week:
            continue
        pool = []
        for one in (post.at(slot) for post in week):
            before = sent.get(one.article_id) or stories.get(one.story_key)
            if before:
                one = replace(
                    one, already_sent_in=before[0], sent_at=before[1], sent_itself=one.article_id in sent
                )
            pool.append(one)
        selection = choose(pool, policy, slot)
        random.Random(tally.issues).shuffle(pool)
        tally.unstable += choose(pool, policy, slot) != selection
        ids = [one.article_id for one in selection.chosen]
        if not ids:
            continue
        tally.issues += 1
        repeats = sum(one.article_id in sent or one.story_key in stories for one in selection.chosen)
        fresh = [post for post in week if post.candidate.article_id not in sent]
        _count(tally, fresh, ids, repeats, policy.items)
        for chosen in selection.chosen:
            sent[chosen.article_id] = stories[chosen.story_key] = (tally.issues, slot)
        if not quiet:
            there = {post.candidate.section for post in fresh}
            covered = {chosen.section for chosen in selection.chosen}
            lead = selection.chosen[0].title
            print(f"  {slot:%Y-%m-%d}  candidates {len(week):>2}  chosen {len(ids):>2}  "
                  f"left {len(week) - len(ids):>2}  repeats {repeats}  "
                  f"sections {len(covered)} of {len(there)}  lead: {lead[:50]}")  # fmt: skip
    return tally


def _count(tally: Tally, fresh: Sequence[Post], ids: Sequence[int], repeats: int, places: int) -> None:
    newest = sorted(fresh, key=lambda post: post.candidate.published_at, reverse=True)[:places]
    by_newest = {post.candidate.article_id for post in newest}
    top = max(fresh, key=lambda post: len(post.comments))
    tally.chosen += len(ids)
    tally.left += len(fresh) - len(ids)
    tally.repeats += repeats
    tally.sections_there += len({post.candidate.section for post in fresh})
    tally.sections_in += len({post.candidate.section for post in fresh if post.candidate.article_id in ids})
    tally.sections_by_newest += len({post.candidate.section for post in newest})
    for post in fresh:
        tally.comments += len(post.comments)
        tally.caught += len(post.comments) * (post.candidate.article_id in ids)
        tally.caught_by_newest += len(post.comments) * (post.candidate.article_id in by_newest)
    if top.comments:
        tally.most_commented += 1
        tally.top_caught += top.candidate.article_id in ids
        tally.top_caught_by_newest += top.candidate.article_id in by_newest


def report(name: str, tally: Tally) -> None:
    """The replay in a few lines."""
    print(f"{name}: {tally.issues} issues, chosen {tally.chosen}, left {tally.left}, repeats {tally.repeats}, "
          f"issues that a shuffle changed {tally.unstable}")  # fmt: skip
    print(f"  sections of the week that the issue has  {tally.sections_in} of {tally.sections_there}, "
          f"newest-first {tally.sections_by_newest}")  # fmt: skip
    print(f"  comments on the chosen posts             {tally.caught} of {tally.comments}, "
          f"newest-first {tally.caught_by_newest}")  # fmt: skip
    print(f"  weeks whose most commented post is in    {tally.top_caught} of {tally.most_commented}, "
          f"newest-first {tally.top_caught_by_newest}")  # fmt: skip


def busy(posts: Sequence[Post]) -> list[Post]:
    """The same posts in the same order, evenly spread at `POSTS_A_WEEK`."""
    first = posts[0].candidate.published_at
    return [post.moved(first + number * WEEK / POSTS_A_WEEK) for number, post in enumerate(posts)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = Path(__file__).resolve().parent.parent
    default = os.environ.get("DIGEST_BENCH_DATA") or root.parent / "shared" / "data"
    arguments.add_argument("data", nargs="?", type=Path, default=Path(default))
    arguments.add_argument("--places", type=int, default=10)
    arguments.add_argument("--busy-places", type=int, default=4)
    arguments.add_argument("--quiet", action="store_true", help="only the sums")
    options = arguments.parse_args()
    archive = options.data / "wordpress" / f"{SITE}.tar.gz"
    if not archive.is_file():
        print(f"selection: the measurement data is not there ({archive}); give its folder as an argument.")
        return
    posts = read_posts(archive)
    print(
        f"{len(posts)} posts of a WordPress site, {sum(bool(post.comments) for post in posts)} of them commented"
    )
    weeks = replay(posts, Policy(items=options.places), options.quiet)
    crowded = replay(busy(posts), Policy(items=options.busy_places), options.quiet)
    report(f"As published, {options.places} places", weeks)
    report(f"Busy, {POSTS_A_WEEK} posts a week, {options.busy_places} places", crowded)
    if weeks.repeats or crowded.repeats or weeks.unstable or crowded.unstable:
        sys.exit("a story came twice, or the order of the candidates changed an issue")


if __name__ == "__main__":
    main()
