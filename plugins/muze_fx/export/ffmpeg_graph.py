"""An ffmpeg filtergraph under construction: chains of filters between labels."""

from __future__ import annotations

from collections.abc import Sequence

from muze_fx.export.wording import number

_START = "[0:a]aformat=sample_fmts=fltp"


def white(seed: int, register: int) -> str:
    """Expression of noise between -1 and 1; a seed gives the same noise in every register."""
    return f"if(eq(n,0),0*st({register},{seed}))+2*random({register})-1"


class FilterGraph:
    """Chains of filters; one of them is being written.

    Args:
        rate_hz, channels: of the audio, for what the graph generates itself.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._layout = {1: "mono", 2: "stereo"}.get(channels, f"{channels}c")
        self._chains: list[str] = []
        self._input, _, first = _START.partition("]")
        self._input += "]"
        self._chain = [first]
        self._labels = 0

    def add(self, *filters: str) -> None:
        """Go on with filters."""
        self._chain += filters

    def compute(self, expression: str) -> None:
        """Compute each sample of each channel: `val(ch)` is the sample, n its number, t its time."""
        self.add(f"aeval=exprs='{expression}':channel_layout=same")

    def branch(self) -> str:
        """Return a label with what is written so far, and go on with the same."""
        aside, onward = self._label(), self._label()
        self._close("asplit=2", aside + onward)
        self._input = onward
        return aside

    def end(self) -> str:
        """Return a label with what is written so far; `mix` or `join` starts anew."""
        label = self._label()
        self._close("" if self._chain else "anull", label)
        return label

    def mix(self, *parts: tuple[float, str], duration: str = "first") -> None:
        """Go on from a mix of labels, each with its factor; it lasts as long as the first or the longest."""
        heard = [(factor, label) for factor, label in parts if abs(factor) > 1e-9]
        # amix ignores the sign of a weight.
        labels = [
            self.filtered(name, "volume=-1:precision=float") if factor < 0.0 else name
            for factor, name in heard
        ]
        for factor, label in parts:
            if abs(factor) <= 1e-9:
                self._chains.append(f"{label}anullsink")
        weights = " ".join(number(abs(factor)) for factor, _ in heard)
        mixing = f"amix=inputs={len(heard)}:weights='{weights}':normalize=0:duration={duration}"
        self.join(*labels, *([mixing] if len(heard) > 1 or weights != "1" else []))

    def join(self, *words: str) -> None:
        """Go on from labels through filters: `join("[a]", "[b]", "afir")`."""
        self._input = "".join(word for word in words if word.startswith("["))
        self._chain = [word for word in words if not word.startswith("[")]

    def generate(self, expressions: Sequence[str], duration_s: float | None = None) -> str:
        """Make a source with an expression for each channel; returns its label."""
        label = self._label()
        length = f":duration={number(duration_s)}" if duration_s is not None else ""
        channels = f"channel_layout={self._layout}:sample_rate={self._rate_hz}"
        self._chains.append(f"aevalsrc=exprs='{'|'.join(expressions)}':{channels}{length}{label}")
        return label

    def filtered(self, label: str, filters: str) -> str:
        """Return the label of what comes out of filters."""
        result = self._label()
        self._chains.append(f"{label}{filters}{result}")
        return result

    def add_source(self, expressions: Sequence[str], filters: str = "") -> None:
        """Mix in what is generated without end."""
        main, noise = self.end(), self.generate(expressions)
        self.mix((1.0, main), (1.0, self.filtered(noise, filters) if filters else noise))

    def finish(self, tail_s: float) -> str:
        """Return the graph, a chain a line; its output is `[out]`, longer than its input by a time."""
        self._close("" if self._chain else "anull", "[out]")
        graph = ";\n  ".join(self._chains)
        if tail_s:
            graph = graph.replace(_START, f"{_START},apad=pad_dur={number(tail_s, 4)}", 1)
        assert not set(graph) & set('"$`\\'), "the graph stands between double quotes"
        return graph

    def _label(self) -> str:
        self._labels += 1
        return f"[s{self._labels}]"

    def _close(self, last: str, output: str) -> None:
        filters = [*self._chain, last] if last else self._chain
        self._chains.append(f"{self._input}{','.join(filters)}{output}")
        self._chain = []
