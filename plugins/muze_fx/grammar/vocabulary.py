"""The words of the grammar itself: verbs, effects, parameters, ranges, degrees, negations, fillers.

Only data. In every table the forms of one meaning stand together, separated by bars; a form has single spaces where
the prompt may have a hyphen or a slash. A form may stand in several tables: "bass" is a range of the spectrum and a
descriptor of the lexicon, "cut" a verb; `terms.find_term` joins them and the rules choose by context.
"""

from __future__ import annotations

#: Ranges of the spectrum: band type and frequency in Hz.
REGIONS: dict[str, tuple[str, float]] = {
    "sub": ("low_shelf", 50.0),
    "bass": ("low_shelf", 100.0),
    "low mids": ("peak", 300.0),
    "mids": ("peak", 1000.0),
    "upper mids": ("peak", 3000.0),
    "presence": ("peak", 4000.0),
    "treble": ("high_shelf", 8000.0),
    "air": ("high_shelf", 12000.0),
    # Names of what is heard there; only a number of dB makes them a band.
    "rumble": ("low_shelf", 40.0),
    "boom": ("peak", 120.0),
    "body": ("peak", 200.0),
    "mud": ("peak", 300.0),
    "box": ("peak", 500.0),
    "nose": ("peak", 1000.0),
    "bite": ("peak", 3000.0),
    "harshness": ("peak", 3500.0),
    "sibilance": ("peak", 7000.0),
    "sparkle": ("high_shelf", 10000.0),
}

#: Those that divide the spectrum, rather than what is heard in it.
RANGES = frozenset({"sub", "bass", "low mids", "mids", "upper mids", "presence", "treble", "air"})

REGION_WORDS = {
    "sub": "sub | subs | sub bass | subbass | sub lows",
    "bass": """
        bass | the bass | lows | low end | low frequencies | low freqs | bottom | bottom end |
        bass frequencies | bass end | low frequency | low range | low band | basses | lf | low freq
    """,
    "low mids": """
        low mids | low mid | lower mids | lower mid | low midrange | lower midrange | low middle
    """,
    "mids": """
        mids | mid | midrange | mid range | middle | middles | mid frequencies | midrange frequencies |
        midband
    """,
    "upper mids": """
        upper mids | upper mid | high mids | high mid | hi mids | hi mid | upper midrange | high midrange
    """,
    "presence": "presence | presence range | presence region | presence band",
    "treble": """
        treble | highs | top end | high end | high frequencies | high freqs | top | tops | trebles | hi end |
        high frequency | high range | upper frequencies | hf | high freq | hi freqs
    """,
    "air": "air | air band | airiness",
    "rumble": "rumble",
    "boom": "boom | boominess",
    "body": "body",
    "mud": "mud | muddiness | muddy frequencies",
    "box": "boxiness",
    "nose": "honk | honkiness | nasality | nasalness",
    "bite": "bite",
    "harshness": "harshness | harsh frequencies",
    "sibilance": "de ess | de esser | de essing | deess | deesser | sibilance | esses | ess | sibilants",
    "sparkle": "sparkle | shimmer | brilliance",
}

#: Band types; "shelf" leaves its side open, a notch is a deep peak, a band-pass is two filters.
FILTERS = {
    "high_pass": """
        high pass | highpass | hipass | hi pass | hp | hpf | low cut | lowcut | lo cut | locut | lc |
        high passed | highpassed | high passing | rumble filter | subsonic filter | bass cut filter
    """,
    "low_pass": """
        low pass | lowpass | lopass | lo pass | lp | lpf | high cut | highcut | hi cut | hicut |
        treble cut filter | low passed | lowpassed | low passing | cutoff | cut off frequency
    """,
    "low_shelf": "low shelf | lowshelf | lo shelf | low shelving | bass shelf | ls | low end shelf",
    "high_shelf": "high shelf | highshelf | hi shelf | high shelving | treble shelf | hs | air shelf",
    "peak": "peak | bell | peaking | parametric | bell curve",
    "notch": "notch | notches | notched | notch out | notching | notching out",
    "shelf": "shelf | shelving | shelve",
    "band_pass": """
        band pass | bandpass | bp | bpf | band passed | bandpassed | band limit | band limited | bandlimit |
        band limit it | keep only | only keep | limit the bandwidth | limit the band | restrict | restricted |
        confine | confined | band limiting
    """,
}
#: Words that may follow the name of a filter.
FILTER_TAILS = ("filter", "filtered", "filters", "filtering", "eq", "band")

#: Up (1) and down (-1); the manner is the name of a further role, see `terms.Term`.
DIRECTIONS = {
    (1, ""): """
        boost | boosts | boosted | boosting | raise | raises | raised | raising | increase | increased |
        lift | lifted | lifting | bump | bumped | push | pushed | pushing | up | emphasise | emphasize |
        emphasised | emphasized | accentuate | accentuated | enhance | enhanced | enhancing | turn up |
        turned up | bring up | bring out | bringing out | push up | crank | crank up | cranked | hype |
        hyped | pump | pump up | more | gain up | peak up | bring forward | expose | highlight | strengthen |
        beef up | upwards | upward | emphasis | augment | augmented | rise | rises | elevate | elevated |
        amplify | amplified | ↑ | ⬆ | ▲
    """,
    (1, "numeric"): "higher | sharp | sharper | hotter | harder",
    (1, "loudness"): "louder | turn it up | turn this up | bring it up | loudness up | volume up | level up",
    (-1, ""): """
        lower | lowered | lowering | drop | drops | dropped | dropping | down | dip | dips | dipped |
        reduce | reduces | reduced | reducing | reduction | decrease | decreased | attenuate | attenuated |
        attenuation | attenuating | less | scoop | scooped | scooping | take down | taken down | pull down |
        pulled down | turn down | turned down | bring down | dial down | dial back | dialled back |
        dialed back | pull back | bring back | cut back | cut back on | trim | trimmed | duck | ducked |
        tame | tamed | taming | shave | shave off | subtract | suppress | suppressed | tone down | ease |
        ease off | back off | knock down | knock back | bring in | minimise | minimize | diminish | fewer |
        weaken | downwards | downward | control | calm the | fix | clean up | soften the | scale back |
        rein in | keep down | carve | carve out | carved | push back | pushed back | push down | out |
        lessen | lessened | ↓ | ⬇ | ▼ |
        de ess | de esser | de essing | deess | deesser
    """,
    (-1, "numeric"): "flat | flatter | deeper | softer",
    (-1, "loudness"): """
        quieter | turn it down | turn this down | bring it down | loudness down | volume down | level down |
        attenuate it | take it down | pull it down
    """,
    (-1, "removal"): """
        cut | cuts | cutting | take out | taken out | take away | taken away | pull out | scoop out |
        scooped out | dip out | roll off | rolled off | rolling off | rolloff | roll away | rolled |
        cut off | cut out | cut away | shelve off | filter | filtered | filtering
    """,
    (-1, "erasure"): """
        remove | removes | removed | removing | removal | get rid of | getting rid of | kill | killed |
        killing | eliminate | eliminated | lose | losing | strip | strip out | strip away | filter out |
        filtered out | filter off | chop | chop off | clear out | clean out | get out | ditch |
        drop everything | discard | gone | mute | block | wipe out | kick out | delete | deleted |
        erase | erased | cancel | cancel out
    """,
    (1, "weak"): """
        add | adds | added | adding | give | put | apply | dial in | bring | throw in | throw | insert |
        introduce | inject | put on | slap on | addition | mix in | blend in
    """,
    (-1, "weak"): "off | out of | knock | knock off | take | pull | taking | take off",
}

#: Engine effects by plain name. Words for a kind of one ("plate", "fuzz", "tube") are the lexicon's.
EFFECTS = {
    "equalizer": """
        eq | equaliser | equalizer | equalisation | equalization | eqs | eqing | equalise | equalize |
        eq it
    """,
    "compressor": """
        compression | compressor | compress | compressed | compressing | compresses | comp | compressors |
        comp it
    """,
    "noise_gate": "gate | noise gate | gating | gated gate | noisegate | gates | expander gate",
    "distortion": """
        distortion | distort | distorted | distorting | distortions | overdrive | overdriven | saturation |
        saturate | saturated | saturating | saturator | dist | clipping
    """,
    "tape": "tape | tape saturation | tape machine | tape effect | tape emulation | tape sim",
    "vinyl": "vinyl | vinyl effect | vinyl sim | vinyl emulation",
    "reverb": """
        reverb | reverbs | reverberation | verb | rvb | rvrb | reverberate | reverberant | reverberated | reverbed |
        reverb effect
    """,
    "delay": """
        delay | delays | echo | echoes | echos | delayed | delaying | echoing | echoed | delay line |
        delay effect | dly
    """,
    "chorus": "chorus | chorusing | chorused | chorus effect",
    "phaser": "phaser | phasing | phase shifter | phased | phaser effect | phaser sweep",
    "tremolo": "tremolo | trem | tremolando | tremolo effect | amplitude modulation",
    "stereo_width": """
        stereo width | stereo widening | stereo widener | stereo spread | widener | widening | stereo image |
        stereo field | stereo
    """,
    "pitch": """
        pitch | pitch shift | pitch shifting | pitch shifter | pitch shifted | pitchshift | pitched |
        pitching | transpose | transposed | transposition | transposing | detune | detuned | detuning |
        tune | tuned | tuning | retune | pitch bend | pitch it | repitch
    """,
    "bitcrush": """
        bitcrush | bit crush | bitcrusher | bit crusher | bitcrushing | bit crushing | bitcrushed |
        bit crushed | crush | crushed | crusher | decimator | decimate | downsample | downsampled |
        downsampling | bit reduction | resample | bit reduce | sample rate reduction | crush it
    """,
    "gain": """
        gain | volume | level | loudness | output gain | output level | output | amplitude | overall gain |
        overall level | overall volume | input gain | vol
    """,
    "limiter": """
        limiter | limit | limited | limiting | brickwall | brick wall | brickwall limiter |
        brick wall limiter | limits | peak limiter | limit it | peak limit | lim
    """,
}

#: Names of `parameters.PARAMETERS`.
PARAMETER_WORDS = {
    "attack": "attack | attack time | attacks | atk | att",
    "release": "release | release time | rel | releases",
    "threshold": "threshold | thresh | thresholds | thr",
    "ratio": "ratio | compression ratio",
    "makeup": "makeup | makeup gain | make up gain | make up | make up level",
    "decay": """
        decay | decay time | rt60 | t60 | rt 60 | reverb time | reverberation time | tail | tails |
        reverb tail | reverb decay | decays | reverb length
    """,
    "pre_delay": """
        pre delay | predelay | predelayed | pre delayed | reverb predelay | reverb pre delay | pd | pre |
        pre dly
    """,
    "size": "room size | size | hall size",
    "damping": "damping | damp | reverb damping | hf damping | high damping",
    "diffusion": "diffusion | diffuse | density",
    "early": "early reflections | early reflection | early reflection level | earlies | early level",
    "width": """
        width | stereo width | wide | wider | widen | widened | widening | narrow | narrower | narrowed |
        narrowing | stereo spread | spread | stereo image | stereo field | st width | st spread
    """,
    "reverb_width": "reverb width | width of the reverb",
    "feedback": "feedback | regeneration | regen | fb | fdbk | delay feedback | echo feedback",
    "time": "delay time | echo time | time",
    "ping_pong": "ping pong | pingpong | ping pong delay | pingpong delay",
    "rate": """
        rate | speed | spd | lfo rate | lfo speed | lfo | modulation rate | tremolo rate | tremolo speed |
        chorus rate | phaser rate | chorus speed | phaser speed | frequency rate
    """,
    "depth": """
        depth | dpt | intensity | modulation depth | tremolo depth | chorus depth | phaser depth
    """,
    "drive": """
        drive | drive level | distortion drive | saturation drive | input drive | driven | drive amount
    """,
    "tape_drive": "tape drive",
    "bias": "bias",
    "tone": "tone",
    "wow": "wow | tape wow",
    "flutter": "flutter | tape flutter",
    "head_bump": "head bump | tape head bump",
    "hiss": "hiss | tape hiss | vinyl hiss | noise floor",
    "bandwidth": "tape bandwidth | vinyl bandwidth",
    "reverb_low_cut": "reverb low cut",
    "delay_high_cut": "delay high cut | echo high cut",
    "crackle": "crackle | vinyl crackle | crackles | dust | vinyl dust",
    "vinyl_rumble": "rumble | vinyl rumble",
    "warp": "warp | vinyl warp",
    "mix": """
        mix | wet | wetness | dry wet | wet dry | wet mix | blend | wet level | mixed | dry wet mix |
        wet dry mix | effect mix | mix amount | mix level | wet signal | blended | effect level
    """,
    "dry": "dry | dry level | dry signal | dryness | dry mix",
    "ceiling": "ceiling | output ceiling | limiter ceiling | true peak | peak level | out ceiling",
    "limiter_threshold": "limiter threshold",
    "bits": "bit depth | bits",
    "sample_rate": "sample rate | samplerate | sampling rate | sampling frequency | sample rate of",
    "formant": "formant | formants | formant shift | formant shifted | formant shifting",
    "centre": "centre delay | center delay",
    "centre_frequency": "phaser centre | phaser center",
    "q": "q | q factor | quality factor | bandwidth | bw",
}

#: Strength that a word gives to the descriptor it touches.
DEGREES = {
    0.5: """
        slightly | slight | a bit | a bit of | a little | a little bit | a little bit of | a touch |
        a touch of | touch | touch of | a hint | a hint of | hint of | hint | subtle | subtly | mild |
        mildly | gentle | gently | light | lightly | somewhat | kind of | kinda | sort of | sorta | bit of |
        a tad | tad | a smidge | a smidge of | a smidgen | a smidgen of | a dash | a dash of | a pinch |
        a pinch of | a sprinkle of | a whisper of | a trace of | trace of | a tiny bit | a tiny bit of |
        a wee bit | tiny bit | little bit | little | tiny | just a touch | just a touch of | just a hint |
        just a hint of | just a bit | just a little | ever so slightly | a shade | a shade of |
        a suggestion of | barely | faint | faintly | marginally | minimal | modest | modestly | delicate |
        delicately | a little more | a bit more | a touch more | slightly more | a tad more | small |
        small amount of | a small amount of | partially | partly | vaguely | soft | softly | a drop of |
        a taste of | a splash of | a spot of | discreet | discreetly | restrained | moderately subtle | bit |
        a lick of | a lil | lil | lil bit | a lil bit | a lil bit of | semi | hardly any | barely any | scarcely any
    """,
    1.5: """
        very | really | much | a lot | a lot of | lot of | heavily | strongly | super | lots of | lots |
        heavy | strong | more and more | way | a lot more | lots more | much more | way more | far |
        far more | loads of | tons of | a ton of | plenty of | a great deal of | a great deal |
        significantly | considerably | substantially | noticeably | seriously | big | so | so much | deeply |
        hugely | greatly | a good deal of | a good deal | extra | hard | hefty | serious | ever more |
        a whole lot | a whole lot of | very much | a bunch of | a heap of | heaps of | generous |
        generously | pronounced | massive amounts of | even more | many | highly | soaking | drenched in |
        soaked in | drowned in | drown it in | drench it in | soak it in | bathe it in | bathed in |
        aggressive | aggressively | firmly | clearly more | thoroughly | truly |
        quite a lot | quite a lot of | quite a bit | quite a bit of | huge | hell of a lot | damn
    """,
    2.0: """
        extremely | insanely | ultra | massively | completely | totally | maximum | max | maximal |
        maximally | incredibly | absolutely | utterly | crazy | ridiculously | extreme | massive |
        to the max | as much as possible | fully | total | mega | bone | hyper | insane | enormously |
        tremendously | drastically | drastic | radically | brutally | wildly | all the way | to the extreme |
        unbelievably | outrageously | absurdly | intensely | immensely | exceptionally | entirely | full on |
        as possible | as hell | as can be | as you can | overwhelmingly | excessive amounts of |
        exaggerated | complete | utmost
    """,
    1.0: """
        some | a fair bit | fairly | quite | rather | pretty | moderate | moderately | medium | reasonably |
        enough | a decent amount of | a good amount of | an amount of | amount of | decent | decently |
        nicely | nice | plainly | more of | a certain
    """,
}

#: "cap" asks only for moderation, "too" complains.
NEGATIONS = {
    "instead": "rather than | instead of | as opposed to | in place of | in lieu of",
    "not": """
        not | isn't | isnt | aren't | arent | wasn't | never | nor | neither | don't | dont | do not |
        doesn't | doesnt | does not | didn't | shouldn't | should not | mustn't | must not | can't | cannot |
        won't | ain't | don't make it | dont make it | never make it | not so | not as | not that | hardly |
        anything but | far from | not really | nothing
    """,
    "no": """
        no | without | w/o | zero | avoid | avoiding | sans | free of | free from | devoid of | minus |
        with no | no more | don't add | dont add | do not add | don't use | dont use | do not use |
        don't want | dont want | do not want | don't put | no need for | skip | skip the | leave out | omit |
        none of | forget the | without any | no extra | lacking | don't apply | do not apply | except |
        bypass | disable | turn off | switch off | exclude | lay off | stop | prevent
    """,
    "less": "less | fewer | not as much | lower on | low on | lighter on",
    "opposite": """
        opposite of | the opposite of | opposite to | reverse of | the reverse of | inverse of |
        the inverse of | contrary of | anti | contrary to | opposite | the opposite
    """,
    "too": """
        too | overly | excessively | too much | too many | way too much | excessive | unpleasantly |
        annoyingly | unbearably
    """,
    "cap": """
        without overdoing | don't overdo | dont overdo | do not overdo | without overdoing it | not overdo |
        easy on | go easy on | easy with | go easy with | careful with | don't go overboard with |
        without going overboard with | not overdoing | never overdo | take it easy on | take it easy with |
        don't exaggerate | without exaggerating | avoid overdoing | avoid too much | nothing too |
        nothing overly | without too much | not too much | not too | not overly | never too |
        not excessively | no more than a | in moderation | keep it moderate | don't push | don't boost |
        without getting too | without becoming too | not a lot of | not much | not much of
    """,
}

CONNECTORS = {
    "comma": ", | ; | . | ! | ? | ( | ) | [ | ] | …",
    "and": """
        and | & | + | plus | also | as well as | along with | together with | while | whilst | additionally |
        n
    """,
    "or": "or | nor",
    "but": """
        but | for | so that | in order to | giving | yet | just | only | still | though | although |
        however | but also | instead | rather | even though | mind you | otherwise
    """,
    "with": "with | w/ | featuring | using | having | set to | and with | including",
    "then": """
        then | > | -> | => | followed by | into | going into | fed into | feeding into | feeding |
        running into | and then | goes into | afterwards | through to | leading into | next | run into |
        sent into | going through | after that | finally | lastly | sent to | -->
    """,
    "before": "before | ahead of | prior to | in front of | preceding",
    "after": "after | following | downstream of",
    "first": "first | firstly | start with | starting with | begin with | beginning with",
}

#: How a frequency is meant.
RELATIONS = {
    "at": """
        at | around | near | @ | about | approximately | approx | roughly | centered at | centred at |
        centered around | centred around | centered on | centred on | in the region of | around the | circa |
        ca | ~ | right at | in | on | near the | somewhere around | round | somewhere near | located at |
        with a centre of | at about | at around | at roughly | at approximately
    """,
    "above": """
        above | over | upwards of | from above | north of | beyond | past | higher than | and above |
        and up | or above | and higher | upward from | starting at | starting from | up from | and over |
        greater than | onwards | and beyond | at and above | superior to
    """,
    "below": """
        below | under | beneath | underneath | lower than | south of | down from | and below | and down |
        and lower | or below | less than | and under | up to | at and below | inferior to
    """,
    "between": "between | from | in between | across | spanning",
    "by": "by | by about | by around | by roughly | by approximately | by another",
    "of": "of | of about | of around",
}

#: Q that an adjective gives to a numeric band.
QUALITIES = {
    4.0: """
        narrow | tight | narrow q | tight q | high q | narrow band | narrowband | surgical | surgically |
        narrowly | steep | small q | narrow bandwidth
    """,
    0.5: """
        wide | broad | wide q | broad q | low q | wide band | wideband | broadly | broadband | gentle q |
        wide bandwidth | widely
    """,
}

#: What a word multiplies a level or a width by.
FACTORS = {
    2.0: """
        double the | doubled | twice | twice as | twice the | two times | two times the | twice as much |
        doubling the
    """,
    3.0: "triple | triple the | three times | three times the | thrice",
    0.5: "half | half the | halve | halve the | halved | half as | halving | halving the | half as much",
}

#: Wet share that a word in front of "wet" gives.
WET = {
    1.0: "fully | completely | totally | all | entirely | full",
    0.75: "three quarters",
    0.5: "half | halfway | half way",
    2 / 3: "two thirds",
    1 / 3: "a third | one third | third",
    0.25: "a quarter | quarter",
}

#: Slope in dB per octave that a word gives to a high-pass or a low-pass.
SLOPES = {
    24.0: "steep | steeply | steep slope | a steep slope | sharp slope | hard slope | steep filter",
    12.0: "gentle slope | a gentle slope | shallow slope | shallow | soft slope",
}

#: Speak of loudness beside a target in LUFS.
LEVELLING = """
    normalise | normalize | normalised | normalized | normalising | normalizing | normalisation | normalization |
    target | targeting | target loudness | loudness target | integrated | mastered | mastering | programme |
    program | loudness normalise | loudness normalize | loudnorm | louder | quieter | hit
"""

#: Speaks of the whole chain.
WHOLE = """
    overall | global | globally | whole chain | the whole chain | total | everything | the whole thing |
    master | whole thing | whole signal
"""

#: Nouns that an adjective may describe without being their degree ("heavy drums").
GENERIC = """
    sound | sounds | sounding | tone | tones | mix | track | tracks | song | songs | music | audio |
    recording | recordings | vocal | vocals | voice | voices | guitar | guitars | drum | drums | beat |
    beats | loop | loops | signal | sample | samples | feel | feeling | vibe | vibes | quality | character |
    color | colour | texture | flavor | flavour | mood | style | take | performance | clip | part | parts |
    instrument | instruments | synth | synths | pad | pads | piano | keys | lead | leads | strings | snare |
    kick | hats | vox | voc | vocs | gtr | gtrs | kik | snr | bgv | bgvs | bvs | toms | tom | master |
    production | piece | file | stem | stems | bus | hi hats | cymbals | cymbal |
    riff | solo | melody | chords | band | singer | singing | speech | dialogue | dialog | podcast |
    narration | presentation | result | version | thing | one | stuff | kind | sort | type | effect |
    effects | fx | processing | treatment | plugin | call | calls
"""

#: Say nothing, whatever the lexicon knows.
FILLERS = """
    a | an | the | this | that | these | those | it | its | it's | they | them | their | my | your | our |
    me | i | we | you | us | i'd | i'll | i'm | want | wants | would | like | as | if | is | are | be |
    being | been | was | were | am | get | gets | getting | make | makes | making | made | turn | turned |
    turns | turning | please | some | any | of | to | for | from | in | on | at | by | into | through |
    with | so | have | has | had | do | does | can | could | should | will | let | let's | lets | set |
    need | needs | needed | try | go | going | goes | come | comes | coming | came | use | used | using |
    there | here | which | who | where | what | how | when | because | since | again | now | already | same |
    such | each | both | every | all | own | other | another | even | ever | maybe | perhaps | probably |
    possibly | basically | actually | essentially | simply | thanks | thank | hey | hi | hello | muze | ok |
    okay | well | right | keep | keeps | keeping | kept | leave | stay | stays | remain | become | becomes |
    becoming | played | playing | heard | inside | within | along | away | back | off | out | about | onto |
    amount | amounts | value | values | frequency | frequencies | freq | freqs | region | area | range |
    ranges | band | bands | point | exactly | precisely | anything | everything | something | final | while |
    feel | feels | seem | seems | look | looks | kind | sort | type | general | generally | whole | entire |
    bit | up | per | time | times | thing | things | content | processing | treatment | shift | shifted |
    note | notes | side | end | version | though | than | else | also | possible | once | little | ones |
    channel | channels | able | chain | run | running | tempo | synced | sync | f | g | fc | db | hz | khz |
    ms | s | think | find | lasting | least | most | repeat | repeats | sure | particularly | especially |
    specifically | sense | mode | preset | give | gives | given | put | giving | wanted | settings |
    setting | bring | take | whilst | between | among | until | upon | whose | whom | shall | may | might |
    must | having | very | only | just | i've | we're | you're | they're | that's | there's | he | she |
    his | her | him | yes | kinda | gonna | wanna | got | gotta | pls | plz | thx | ty | u | ur | yo | gimme |
    lemme | asap | lol | haha | hmm | hm | um | uh | oh | bro | dude | mate | guys | omg | tbh | imo | btw | rn |
    im | id | teh | respectively | slope | slopes | semitone | semitones | cents | seconds | milliseconds | hertz |
    decibel | decibels | i'd love | i would love | we'd love | we would love | would love | i love | id love |
    cuz | cos | tho | ya | yeah | cheers | kindly | zone | zones | mostly | hear |
    hearing | notice
"""

#: Say nothing unless the lexicon knows them.
SOFT_FILLERS = """
    energy | not only | not just | not merely | noise | hum | buzz | resonance | resonances | ring |
    ringing | really | true | recorded | signature | hint | peaks | full | overall | left | stuff |
    professional | proper | properly | overly | touch | close to | character
"""

#: Praise: a descriptor only where the clause has no other.
PRAISE = "great | good | best | nice | nicely | better | perfect"

#: What the lexicon may call a word of these tables.
ALIASES = {
    "compressor": ("compression",),
    "noise_gate": ("noise gate", "gate"),
    "stereo_width": ("stereo", "wide"),
    "pitch": ("pitch shift",),
    "gain": ("loud",),
    "mud": ("muddy",),
    "boom": ("boomy",),
    "box": ("boxy",),
    "nose": ("nasal",),
    "harshness": ("harsh",),
    "sibilance": ("sibilant",),
}
