"""The page is whole, safe, one file, and the same each time."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluate.report.pages import CONTROL, EVIL, FAD, Page, plan_of, sidecar_of

from muze_evaluate.document import Evaluation, Figure, Row
from muze_evaluate.report.card import Media
from muze_evaluate.report.finding import Choice, Named, Shown
from muze_evaluate.report.page import Page as Content
from muze_evaluate.report.page import page_html, with_own_groups
from muze_evaluate.report.song import Song
from muze_evaluate.report.tables import MAX_ROWS

MEDIA = Media(b"sound", "audio/mpeg", b"picture", "image/webp", 12.0, 30.0, -2.0, [(0.5, "1k")], 75.0)


def content(*evaluations: Evaluation, songs: int = 2, title: str = EVIL) -> Content:
    named = tuple(Named(f"{EVIL}{n}", Path(f"{n}.json"), one) for n, one in enumerate(evaluations))
    plan = replace(plan_of(), prompt=EVIL)
    shown = tuple(
        Shown(
            Song(f"{n}{EVIL}", Path(f"{n}.wav"), sidecar_of(plan), plan),
            tuple(enumerate([FAD.rows[n]] if evaluations else [])),
        )
        for n in range(songs)
    )
    media = tuple(MEDIA if n % 2 == 0 else f"No sound {EVIL}" for n in range(songs))
    return Content(title, with_own_groups(named), Choice(shown, "2 of 9 songs"), media, (f"large {EVIL}",))


@pytest.fixture(scope="module")
def text() -> str:
    return page_html(content(FAD, CONTROL))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_is_well_formed_and_ids_are_there_once(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids)) >= 7
    targets = [link["href"] for link in page.all("a")]
    assert {target[1:] for target in targets if target} <= set(ids)
    assert page.all("html")[0]["lang"] == "en"


def test_nothing_is_fetched_from_anywhere(text: str, page: Page) -> None:
    for name, attributes in page.elements:
        for key in ("src", "href", "srcset", "poster", "action", "data", "xlink:href"):
            value = attributes.get(key)
            assert value is None or value.startswith(("data:", "#")), (name, key, value[:60])
        assert not [key for key in attributes if key.startswith("on")], (name, attributes)
        assert "style" not in attributes
    assert not page.all("link")
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)[0]
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_lets_run_what_is_ours_and_nothing_else(text: str, page: Page) -> None:
    policy = next(
        meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert (rules["img-src"], rules["media-src"]) == ("data:", "data:")
    for name in ("style", "script"):
        found = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        assert len(found) == 1, f"{name} stands once, and nothing from files became one"
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"


def test_what_comes_from_files_is_text(text: str, page: Page) -> None:
    assert len(page.all("script")) == 1
    assert len(page.all("img")) == 1, "the one spectrogram"
    assert "<script>alert" not in text.partition("<script>")[0]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert page.text.count("<script>alert('x')</script>") >= 15, "and it is there to be read"


def test_tables_say_what_their_heads_are_for(page: Page) -> None:
    for head in page.all("th"):
        assert head.get("scope") in ("col", "row", "rowgroup")
    assert len(page.all("table")) == len(page.all("caption"))
    for image in page.all("img"):
        assert image["alt"]
    for region in (
        attributes for _, attributes in page.elements if attributes.get("role") in ("img", "region")
    ):
        assert region["aria-label"]


def test_the_best_is_marked_in_words_too(page: Page) -> None:
    assert "0.900 (best)" in page.text or "0.90 (best)" in page.text
    assert "interval reaches into the best one’s" in page.text


def test_troubles_are_shown(page: Page) -> None:
    for words in (
        "1 warning",
        "1 missing",
        "1 item could not be measured",
        "fad-inf: R² .9",
        "2 of 9 songs.",
        "large",
    ):
        assert words in page.text
    kinds = [attributes.get("class") for _, attributes in page.elements]
    assert {"callout warning", "callout missing", "callout failed"} <= set(kinds)


def test_hashes_are_whole_and_to_be_copied(page: Page) -> None:
    hashes = [code for code in page.all("code") if code.get("class") == "hash"]
    assert {code["title"] for code in hashes} == {"ab" * 32, "cd" * 32}
    assert "ab" * 32 in page.text


def test_a_song_has_its_player_its_picture_and_its_plan(page: Page) -> None:
    audio = page.all("audio")
    assert [one["src"] for one in audio] == [f"data:audio/mpeg;base64,{base64.b64encode(b'sound').decode()}"]
    alt = page.all("img")[0]["alt"]
    assert alt is not None
    assert "sections of the plan: " in alt
    assert "first 12.0 s of 30.0 s, MP3, 0 kB, turned down by 2.0 dB" in page.text
    assert any(
        (label or "").startswith("Chords of the plan: 0:00 ")
        for label in (one.get("aria-label") for one in page.all("svg"))
    )
    assert "No sound" in page.text


def test_sections_end_where_the_excerpt_ends() -> None:
    plan = plan_of(duration_s=40.0)
    song = Song("a", Path("a.wav"), {}, plan)
    page = Page(page_html(Content("t", (), Choice((Shown(song),)), (MEDIA,))))
    strips = [attributes for _, attributes in page.elements if attributes.get("class") == "strip sections"]
    assert len(strips) == 1
    places = [
        (float(a["x"][:-1]), float(a["width"][:-1]))
        for a in page.all("svg")
        if a.get("height") == "20" and a.get("x")
    ]  # type: ignore[index]
    inside = [span for span in plan.spans if span.start_s < 12.0]
    assert len(places) == len(inside)
    assert sum(width for _, width in places) == pytest.approx(100, abs=0.01)
    assert [x for x, _ in places] == pytest.approx([100 * span.start_s / 12.0 for span in inside], abs=0.01)


def test_the_same_content_is_the_same_page(text: str) -> None:
    assert page_html(content(FAD, CONTROL)) == text


def test_two_evaluations_of_a_metric_stand_side_by_side() -> None:
    better = replace(FAD, figures=(Figure("fad", 0.7, 0.6, 0.8, better="lower"),))
    page = Page(page_html(content(FAD, better, songs=0, title="t")))
    assert page.text.index("Summary") < page.text.index("0.70 (best)")
    assert page.text.count("Fréchet audio distance: ") >= 2
    kept = with_own_groups([Named("a", Path("a"), FAD), Named("b", Path("b"), CONTROL)])
    assert [one.evaluation for one in kept] == [FAD, CONTROL]
    apart = with_own_groups([Named("a", Path("a"), CONTROL), Named("b", Path("b"), CONTROL)])
    assert {figure.group for figure in apart[1].evaluation.figures} == {"b · songs", "b · chance"}


def test_a_page_of_thousands_of_items_stays_readable() -> None:
    rows = tuple(Row(f"{n}.wav", {"fad": float(n)}) for n in range(5000))
    text = page_html(content(replace(FAD, rows=rows), songs=0))
    assert len(text) < 150_000
    page = Page(text)
    assert f"5000 items, worst fad first; {MAX_ROWS} are here" in page.text
    assert "4999.wav" in page.text
    assert "100.wav" not in page.text


@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 1e-12, 1e12])
def test_figures_that_are_all_equal_or_missing_can_be_drawn(value: float) -> None:
    figures = (
        Figure("a", value, value, value, group="x", better="higher"),
        Figure("a", value, value, value, group="y", better="higher"),
        Figure("b", None, group="x"),
        Figure("b", None, group="y"),
    )
    text = page_html(content(Evaluation("other", figures), songs=0))
    assert "nan" not in text.partition("<body>")[2]
    assert "other" in Page(text).text


def test_a_page_may_have_nothing_but_songs_or_nothing_but_figures() -> None:
    assert len(Page(page_html(content(songs=1))).all("audio")) == 1
    assert Page(page_html(content(FAD, songs=0))).all("audio") == []
