"""HTML and SVG from Python values, escaped by construction.

`Markup` is text that is markup already; every other text is data and is escaped wherever it goes in. So a prompt
with a `<script>` in it can never become one, whoever forgets what.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from muzecli.console import printable

_VOID = frozenset({"meta", "img", "br"})
_SHAPES = frozenset({"line", "circle", "rect", "path", "polyline", "polygon"})


class Markup(str):
    """Text that is markup."""

    __slots__ = ()


Content = Markup | str | None


def text(value: str) -> Markup:
    """Return data as markup; what would steer a terminal or turn the line around is made visible."""
    return Markup(escape(printable(value), quote=True))


def tag(
    name: str, /, *content: Content | Iterable[Content], **attributes: str | float | bool | None
) -> Markup:
    """Return an element.

    Args:
        name: of the element.
        content: markup as it is, other text escaped, None left out; or iterables of those.
        attributes: with `_` for `-`, and a trailing `_` where Python keeps the word; None and False are left out,
            True stands alone, numbers are written short.

    Example:
        >>> tag("a", "1 < 2", href="#x", class_="far")
        '<a href="#x" class="far">1 &lt; 2</a>'
    """
    words = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{words}>")
    if name in _SHAPES and not content:
        return Markup(f"<{name}{words}/>")
    return Markup(f"<{name}{words}>{joined(*content)}</{name}>")


def joined(*content: Content | Iterable[Content]) -> Markup:
    """Return content one after the other, escaped where it is data."""
    parts: list[str] = []
    for item in content:
        if item is None:
            continue
        if isinstance(item, Markup):
            parts.append(str(item))
        elif isinstance(item, str):
            parts.append(text(item))
        else:
            parts.append(joined(*item))
    return Markup("".join(parts))


def _attribute(name: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    shown = value if isinstance(value, str) else f"{value:.6g}"
    return f' {name}="{text(shown)}"'
