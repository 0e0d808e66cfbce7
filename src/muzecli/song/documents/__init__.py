"""Plans, scores and annotated tracks as JSON: read strictly, written so that reading gives the same again.

Every fault names the file, the line and the field (`sections[2].energy`), what must hold and what was found.
"""

from muzecli.song.documents.edits import set_values
from muzecli.song.documents.plans import PLAN_SCHEMA, plan_document, plan_from_document, read_plan
from muzecli.song.documents.scores import SCORE_SCHEMA, read_score, score_document, score_from_document
from muzecli.song.documents.source import document_text
from muzecli.song.documents.tracks import TRACK_SCHEMA, read_track, track_document

__all__ = [
    "PLAN_SCHEMA",
    "SCORE_SCHEMA",
    "TRACK_SCHEMA",
    "document_text",
    "plan_document",
    "plan_from_document",
    "read_plan",
    "read_score",
    "read_track",
    "score_document",
    "score_from_document",
    "set_values",
    "track_document",
]
