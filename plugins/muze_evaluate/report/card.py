"""One song of the page: what was asked for, how it sounds, how it looks, and what was measured of it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from muze_evaluate.document import Row
from muze_evaluate.report.finding import Shown
from muze_evaluate.report.html import Content, Markup, joined, tag
from muze_evaluate.report.numbers import cell, clock, duration, size
from muze_evaluate.report.plots import Span, axis_below, axis_beside, framed, per_cent, ticks
from muze_evaluate.report.song import Song, chord_name, command, details, headline
from muze_evaluate.report.tables import fact_table
from muzecli.song.plan import Plan

HEIGHT_PX = 200
_WIDE_PX, _NARROW_PX = 820.0, 270.0
"""How wide a spectrogram about is on a large page and on a phone; decides which words have room."""
_CHARACTER_PX = 7.5
_CLOSEST_BEATS_PX = 5.0


@dataclass(frozen=True)
class Media:
    """What a song sounds and looks like.

    Attributes:
        sound: the excerpt as a file.
        sound_mime: its type.
        picture: its spectrogram as a file.
        picture_mime: its type.
        duration_s: how long the excerpt is.
        whole_s: how long the song is.
        gain_db: what was taken off its level.
        frequencies: (share of the height, name) of frequencies in the picture.
        range_db: what the colours span.
    """

    sound: bytes
    sound_mime: str
    picture: bytes
    picture_mime: str
    duration_s: float
    whole_s: float
    gain_db: float
    frequencies: Sequence[tuple[float, str]]
    range_db: float

    @property
    def inside_page_bytes(self) -> int:
        """What it takes in a page, where four characters stand for three bytes."""
        return sum(4 * -(-len(part) // 3) for part in (self.sound, self.picture))


def card(number: int, shown: Shown, media: Media | str, titles: Sequence[str]) -> Markup:
    """Return a song's part of the page.

    Args:
        number: its place, from 1.
        shown: the song and what was measured of it.
        media: sound and picture, or why there are none.
        titles: of the evaluations.
    """
    song = shown.song
    length = None if isinstance(media, str) else media.whole_s
    facts = [tag("div", tag("dt", name), tag("dd", value)) for name, value in headline(song, length)]
    made_by = command(song)
    return tag(
        "article",
        tag("h3", song.id),
        tag("blockquote", song.prompt) if song.prompt else None,
        tag("dl", facts, class_="chips") if facts else None,
        tag("p", song.fault, class_="callout failed") if song.fault else None,
        tag("p", media, class_="callout warning") if isinstance(media, str) else _media(number, song, media),
        _measured(shown.items, titles),
        tag(
            "details",
            tag("summary", "How it was made"),
            tag("pre", tag("code", made_by)) if made_by else None,
            fact_table(details(song), caption=f"{song.id}: its sidecar"),
        ),
        id=f"song-{number}",
        class_="song",
    )


def _media(number: int, song: Song, media: Media) -> Markup:
    shown = f"first {duration(media.duration_s)} of {duration(media.whole_s)}"
    said = [
        shown if media.whole_s > media.duration_s + 0.05 else "all of it",
        f"MP3, {size(len(media.sound))}",
        f"turned down by {-media.gain_db:.1f} dB, as it goes over full scale" if media.gain_db < 0 else None,
    ]
    player = tag(
        "audio",
        controls=True,
        preload="metadata",
        src=_data(media.sound_mime, media.sound),
        aria_label=f"{song.id}: {said[0]}",
    )
    return joined(
        tag("div", player, tag("span", ", ".join(filter(None, said)), class_="small"), class_="player"),
        spectrogram(number, song, media),
    )


def spectrogram(number: int, song: Song, media: Media) -> Markup:
    """Return the spectrogram with its axes, and the plan's sections, bars and chords where there is a plan."""
    span = (0.0, media.duration_s)
    plan, start_s = song.plan, song.plan_start_s
    alt = f"Spectrogram of {song.id}, {duration(media.duration_s)}"
    if plan is not None:
        names = ", ".join(f"{one.type} at {clock(start_s + one.start_s)}" for one in plan.spans)
        alt += f"; sections of the plan: {names}"
    image = tag("img", src=_data(media.picture_mime, media.picture), alt=alt, height=HEIGHT_PX)
    over = tag(
        "svg",
        _grid(plan, start_s, span) if plan is not None else None,
        tag("line", x1="0", x2="0", y1="0", y2="100%", class_="playhead"),
        class_="over",
        width="100%",
        height=HEIGHT_PX,
        aria_hidden="true",
    )
    seconds = ticks(span, 8)
    framed_picture = framed(
        [image, over],
        beside=axis_beside(media.frequencies, label="frequency (Hz)", height_px=HEIGHT_PX),
        below=axis_below(span, seconds, label="time (s)"),
        class_="picture",
    )
    caption = [
        "Spectrogram",
        "; above it the plan: sections, the stronger the more energy, and chords; on it bars and beats"
        if plan is not None
        else None,
        f". Colours: {media.range_db:g} dB, ",
        tag("span", class_="scale", aria_hidden="true"),
        " up to the loudest place.",
    ]
    return tag(
        "figure",
        _sections(plan, start_s, span) if plan is not None else None,
        _chords(plan, start_s, span) if plan is not None else None,
        framed_picture,
        tag("figcaption", caption),
        class_="spectrogram",
        data_seconds=media.duration_s,
        id=f"picture-{number}",
    )


def _sections(plan: Plan, start_s: float, span: Span) -> Markup:
    parts: list[Content] = []
    for one in plan.spans:
        begin, end = max(start_s + one.start_s, span[0]), min(start_s + one.end_s, span[1])
        if end <= begin:
            continue
        name = str(one.type).replace("pre_", "pre-").replace("post_", "post-")
        room = _room(name, (end - begin) / (span[1] - span[0]))
        width = per_cent(span[0] + end - begin, span)
        parts.append(
            tag(
                "svg",
                tag(
                    "rect",
                    tag("title", f"{name}, {clock(begin)} to {clock(end)}, energy {one.energy:.2f}"),
                    width="100%",
                    height=20,
                    class_="section",
                    fill_opacity=round(0.12 + 0.5 * one.energy, 3),
                ),
                tag("line", x1="0", x2="0", y1=0, y2=20, class_="border"),
                None if room is None else tag("text", name, x=5, y=14, class_=room),
                x=per_cent(begin, span),
                width=width,
                height=20,
            )
        )
    return tag("svg", parts, class_="strip sections", width="100%", height=20, aria_hidden="true")


def _grid(plan: Plan, start_s: float, span: Span) -> list[Markup]:
    """Return lines at sections, bars and beats; beats only where they stand apart."""
    borders = {round(one.start_s / plan.bar_s) for one in plan.spans}
    beats = plan.time_signature.beats_per_bar
    beat_s = plan.bar_s / beats
    apart = _WIDE_PX * beat_s / (span[1] - span[0]) >= _CLOSEST_BEATS_PX
    lines = []
    for index in range(plan.bars * beats + 1):
        at_s, is_bar = start_s + index * beat_s, index % beats == 0
        if not span[0] <= at_s <= span[1] or not (is_bar or apart):
            continue
        x = per_cent(at_s, span)
        kind = "border" if is_bar and index // beats in borders else "bar-line" if is_bar else "beat"
        top = HEIGHT_PX - 6 if kind == "beat" else 0
        lines.append(tag("line", x1=x, x2=x, y1=top, y2=HEIGHT_PX, class_=kind))
    return lines


def _chords(plan: Plan, start_s: float, span: Span) -> Markup | None:
    """Return the names of chords above where they begin; a chord that goes on is not named again."""
    names: list[tuple[float, str]] = []
    bar = 0
    for section in plan.sections:
        for offset, chords in enumerate(section.chords):
            for index, chord in enumerate(chords):
                at_s = start_s + (bar + offset + index / len(chords)) * plan.bar_s
                if span[0] <= at_s < span[1] and (not names or names[-1][1] != chord_name(chord)):
                    names.append((at_s, chord_name(chord)))
        bar += section.bars
    if not names:
        return None
    ends = [at_s for at_s, _ in names[1:]] + [span[1]]
    words = [
        tag("text", name, x=per_cent(at_s, span), y=14, dx=2, class_=room)
        for (at_s, name), end in zip(names, ends, strict=True)
        if (room := _room(name, (end - at_s) / (span[1] - span[0]))) is not None
    ]
    said = "Chords of the plan: " + ", ".join(f"{clock(at_s)} {name}" for at_s, name in names)
    return tag("svg", words, class_="strip chords", width="100%", height=20, role="img", aria_label=said)


def _room(word: str, share: float) -> str | None:
    """Return the class of a word that has a share of the width; None where it never fits."""
    needed = _CHARACTER_PX * len(word) + 4
    if needed > _WIDE_PX * share:
        return None
    return "word" if needed <= _NARROW_PX * share else "word wide"


def _measured(items: Sequence[tuple[int, Row]], titles: Sequence[str]) -> Markup | None:
    if not items:
        return None
    lines = []
    for index, row in items:
        values = [
            joined(tag("span", f"{name} ", tag("b", cell(value)), class_="pair"), " ")
            for name, value in row.values.items()
            if value is not None
        ]
        whose = f" ({row.group})" if row.group else ""
        title = tag("a", f"{titles[index]}{whose}", href=f"#evaluation-{index + 1}")
        lines.append(tag("tr", tag("th", title, scope="row"), tag("td", values, row.note or None)))
    return tag("table", tag("caption", "Measured"), tag("tbody", lines), class_="measured")


def _data(mime: str, content: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"
