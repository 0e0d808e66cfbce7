"""Lists of English words for `english`: what its rules of spelling and stress miss."""

from __future__ import annotations

SYLLABLES = {
    "every": "ev-ery", "everything": "ev-ery-thing", "everybody": "ev-ery-bod-y", "everyone": "ev-ery-one",
    "everywhere": "ev-ery-where", "everyday": "ev-ery-day", "evening": "eve-ning", "maybe": "may-be",
    "being": "be-ing", "poem": "po-em", "poet": "po-et", "poetry": "po-et-ry", "idea": "i-de-a",
    "area": "a-re-a", "naked": "na-ked", "wicked": "wick-ed", "sacred": "sa-cred", "hundred": "hun-dred",
    "beloved": "be-lov-ed", "create": "cre-ate", "created": "cre-a-ted", "react": "re-act", "karaoke": "ka-ra-o-ke",
    "sesame": "ses-a-me", "recipe": "rec-i-pe", "cafe": "ca-fe", "ocean": "o-cean", "business": "busi-ness",
    "different": "dif-ferent", "favorite": "fa-vorite", "chocolate": "choc-olate", "camera": "cam-era",
    "people": "peo-ple", "ruin": "ru-in", "ruined": "ru-ined", "suicide": "su-i-cide", "fluid": "flu-id",
    "science": "sci-ence", "violence": "vi-o-lence", "violet": "vi-o-let", "violin": "vi-o-lin", "riot": "ri-ot",
    "hero": "he-ro", "heroes": "he-roes", "somebody": "some-bod-y", "anyone": "an-y-one", "goodbye": "good-bye",
    "eye": "eye", "eyes": "eyes", "bye": "bye", "rhythm": "rhy-thm", "prism": "pri-sm", "chasm": "cha-sm",
    "museum": "mu-se-um", "ariel": "ar-i-el", "cruel": "cru-el", "fuel": "fu-el", "duel": "du-el", "real": "real",
    "really": "real-ly", "diamond": "dia-mond", "diamonds": "dia-monds", "lion": "li-on", "lions": "li-ons",
    "neon": "ne-on", "video": "vid-e-o", "radio": "ra-di-o", "stereo": "ster-e-o", "piano": "pi-an-o",
    "oasis": "o-a-sis", "chaos": "cha-os", "theatre": "thea-tre", "theater": "thea-ter", "fiery": "fi-ery",
    "hallelujah": "hal-le-lu-jah", "coyote": "coy-o-te", "whole": "whole", "wholly": "whol-ly", "used": "used",
    "aching": "a-ching", "usual": "u-su-al", "casual": "ca-su-al", "visual": "vi-su-al", "mutual": "mu-tu-al",
    "ages": "a-ges", "serious": "se-ri-ous", "period": "pe-ri-od", "cannot": "can-not", "forever": "for-ev-er",
    "january": "jan-u-ar-y", "february": "feb-ru-ar-y", "queue": "queue", "beautiful": "beau-ti-ful",
    "money": "mon-ey", "valley": "val-ley", "journey": "jour-ney", "honey": "hon-ey", "o'clock": "o'-clock",
}  # fmt: skip
"""Words cut by hand."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STRESSED_SECOND = _words(
    """
    about above across again against ago agree ahead alive allow alone along already although among another
    apart appear around arrive aside asleep attack avoid await awake aware away became because become before
    begin beginning begun began behind believe believer believing belong below beneath beside between beyond
    control decide defend delight deliver deny depend deserve desire despair destroy divide divine december
    direct eleven embrace emotion enough escape eternal eternity exist explain explode explore express
    forever forget forgetting forgive forgiven forgot forgotten goodbye hello herself himself however ignite
    imagine inside instead itself machine mistake myself november october outside perhaps pretend protect
    receive regret religion release remain remember remind repeat return reveal romance september surprise
    surrender surround survive themselves today together tomorrow tonight umbrella unknown unless unite
    until upon whatever whenever wherever whoever within without yourself guitar hotel police parade
    champagne collide collapse complete confess connect create created suppose supposed address afraid
    ashamed balloon canoe cigar design device effect event exact excuse extreme hurray insane intense invite
    july obey permit prepare prevent produce provide reply request respect result reverse unfold untold
    undone cascade ourselves nobody's serene sublime
    """
)
"""Words with their stress on the second syllable."""

FUNCTION_WORDS = _words(
    """
    a an the and but or nor of to in on at for with from by as is are was were be been am i you he she it we
    they me him her us them my your his its our their this that than then so if when while just can could
    will would do does did have has had shall should must may might i'm i'll i've i'd you're you'll you've
    it's he's she's we're we'll they're that's there's there who what some any into not don't can't won't
    let's 'cause cause gonna wanna gotta ain't up out too oh
    """
)
"""Little words of one syllable that carry no stress."""

ONSETS = _words(
    """
    bl br ch cl cr dr dw fl fr gl gr kn ph pl pr qu sc scr sh shr sk sl sm sn sp spl spr squ st str sw th thr tr
    tw wh wr
    """
)
"""Consonants that may begin a syllable together."""
