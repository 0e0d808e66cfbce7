"""Ordinary English words and names that lie one edit away from a word of sound, and so are no slips of it.

Only data. Of a list of common English words (SCOWL, size 60) those that `spelling` would otherwise take for a word of
the grammar or of the lexicon: "blare" is not "blade".
"""

from __future__ import annotations

from functools import cache


def is_ordinary(word: str) -> bool:
    """Whether a word, in lower case, is ordinary English."""
    return word in _ordinary()


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(_WORDS.split())


_WORDS = """
    abode abort abound abusing academia academie acing addend adder addiction additions addled addling
    adorning adrenalin advance advances aerate aerates afterward afterwords agent aggravate aggravates
    agitate agitates aground aided aiding airspace alain aliases alice align aligns alike alines allay
    alloy allude alluding alter altitude amateurism amble ameer american americans amplitudes ampule
    anaemia analogy anemia angela angelica angelo angle angles animate animates annular antarctic antic
    antiqued anythings aping appearing appeasing apter aptitude aptly arabia archie archived arden armrest
    aspirate aspirates aster astray atoms atone attach attaching attenuates audios audit audition auger
    augments aurally autistic automation automobiled avert avoids aware awareness awing awoke axing babble
    babbles babbling backer backing backward badger bagging bailing baiting baker baking balds balking
    ballet balls banco banda banding bandwidths banes bankers banks banner banning banns banter barbing
    barfed barfing barley baron barrens barring barron barry barter basalt basel baselines basemen bases
    basil basted bastes basting bather baton battery bauds beacon beads beady beaks beams beans beatify
    beatty beaus beaver became beech beets begged begone beings belay belch bellow belting bench benin
    benny bents berating betas betted betting bettor bidder biding bight bigwig biked bikes biking billet
    bills binder binging bingo bitten bittern blake blame blanc blanked blare blaze bleach bleated bleats
    bleeder bleeping bless blesses blest blight blinded blips blobbing blocks blocs blooper blotted
    blotter blowout blows blowup blubbers bluenose bluffest blurt blushes blustering blusters boasted
    boasts boated boater boating bobbin bobbins bobble bobbles bogie bogied boiled boink bolls bombastic
    bonds boners boneyer boneyest bonging bongs booby bookie booking booster booted bootie boozer boozing
    boozy bosses bossier bother bottled bounder bounding bounty bowel bowen bower bowled bowler brace
    braden brads bragged brags brake braking brand brands bravo brawn brays breaching bread breaker breast
    brine brings briny broiler broiling broke brooke broth brother browne brownout brows browser brunt
    brush brushes brusk bruskest bruskly bruskness bucked bucking budge budged budges budging bugged
    bugging buick bulge bulgy bulldoze bulldozed bulldozes bulled bulling bulls bumble bumbles bumbling
    bummed bummer bummest bumming bungle bunked bunking burble burbles burbling burger burgle buries
    burred burring bursted burying bused buses bushel bushels bushing business busing bussed bussing
    butler butte buttes bypast cackle cackles cackling caddied caddy cadged cageyness cagier cagily
    caginess cajoling caked cakes caking calking calling callus calve calved calvert calves calving camber
    cambers cambia camped camper canard cancels cancer candi candid candidly candidness canes caning
    canker cannes canning canny canoed canted canter cantered canting cants caped capes capped captious
    carbon carded carding career caret carets carlos carlton carmel carol carole carolina caroline
    caroming caroms carousal carouse caroused carouser carouses carpel carpenter carrousel carson carted
    carting cartoonist carver carving cased cases cashing casing casino castanet caste castile castled
    catch cathy catting cattle causal causally cautions caving cawed cawing ceilings celeste centres cesar
    chads chains chammy chamoix champed champing chancels chancing changed chapped chaps chapt chapter
    characters charges charging charier chariest charily charity charred charring charted chary chaser
    chasm chaster chats chatterer chattering chatting cheater cheeking cheeping cheeps cheese cheesing
    chess chester chevy chewers chews chiba chick chicks chide chides chiding chiles chimp chimps ching
    chino chins chirp chirps chive chives chock chocked choke choker chokes choler chomped chomper
    chomping chord chortle chose chowed christina chuck chummy chung cicadae cindy citrus clamber clambers
    clammed clamped clancy clans clash clashing clasping clayier cleanser clement climatic clime climes
    cling clinging clingy clinks cloaking clods clone clots clouted clouts clove clover cluck clucking
    clucks clung clunking clustered coats cocks codes coffined cohered cohering coked cokes colic colicky
    collar colon colton combing comely comer comers comet comets comings comma commas commending commuter
    compete completed completes completest compo comport comported comporting compose composer composes
    composted compute computed computes conceit concentrate concentrates concept concern condense
    condenser condenses condole condoling cones confidant confide confided confuse confuser confuses
    confuted confuting conga congenital congenitally conic conical conned conning conor consent consoled
    constriction constructed contend contents contest contested context contiguity contiguous contract
    contracting contrive contrives controller contused contusing convent convert converter cooked cooker
    cooking cooky coolly cooping copes copier copping copter coral cords cores corey corms cornea corned
    corner corns coroner coronet corset cosmically costly cotes cottonwood couching couldn county coursed
    covering coveted cowered cramer cramping craned cranks crape crass crasser crassest crassly crassness
    crater craved craves craws creasing create creating crepe crept crescendi cress crete cricks crime
    crimes crimp crimped crocked crony crook crooned cropped cropper cropping crowe crowed crowned
    crowning crowns crows cruft crufty cruller crumbing crumble crumbled crumple crumples crumpling crutch
    crystallize cuddle cuddled culture cultures cumbria cunts curate curbed curdle curdles cured cures
    curie curing curios curly curry cussed custer cuticle cutler cutoffs daemon daemons dagger dales
    damage damages damming damnedest damning damon danes dante dapper dared darned darted dates dating
    daydreamt dazed dding deadly deafer deafest deafness dealer dearer dearest dearness dearth decaf decal
    decals decant decayed decease deceased deceit decked decking decks decoy decoying decoys decreases
    decry decrying dedicate deeds deems deers defecated defected defection defied defiled define definer
    defines deflated degrade degrades dehydrate dehydrates deletes delude deluge demoniac demos demoted
    demotion denoted depletes deport depresses derail derailed derange deranges derisive derisively derive
    deriving descent deserter deserved deservedly despatch despot dessert detaches detain detained
    detected detection deteriorate deteriorates determine determiner determines deviant devin devon devote
    devotee devotes dialogs dialogues dicing dicks dieter dignifies dignify diking dimer dined dinghy
    dingo dinky dinner dipper dipping direr direst disabled disables discards discipline disciplines
    discord discrete discs disfigure disfigures dismay disport disported disporting disports distal ditty
    diver divide doable docent docked docking docks doesn doling domed doming doncaster doping dorks
    dosing doted doting dotingly doublet dowdy downed downing downs dowry drafting drafts drainer drank
    drenches dress dressed dresser dressing drink drinker drivel drives drooped drooping droops dropper
    droppings dross droves drowse drowsed drowsing drubs drugging drugs dryad duckling ducting ducts dudes
    dudgeon dukes dumped dumping dunce dunces dunging dungs dunked dunking dupes during duster dusts dutch
    dyeing dyking earlier earliest earphone eased eases easterly eating eaves eerily eking elate elates
    elector electrifies electrocute electrocutes electron elevates eleven eliminates ellen elvis embed
    emergence emery emoticon emphases enchanter enclose encloses encode engaged enlarge enlarger enlarges
    enrage enrages enrico enthusiast entice entirety envoy eraser erases erasing erich ernest erode erodes
    erotica essex ethos evener evenest evenly ewing exaggerates excepts excerpt excise excised excising
    excluded excludes exited exiting exorcise expended expense expire expires expos external externally
    extras eying facing factors faculty fainer fainest fairer fairest fairness fairs falling fallon
    fallout fallowing faltered famed farce fared faring farmer fasten fated fating fault faults favor
    favour faxed faxing fazed fazing fecal feedings feeds feelings feint felled fells fending ferment
    ferrer ferry fetal feted feuding fidget fidgets fiend fifth filch filly filmier filmiest filming
    finale finals finely fineness finery finny fiord firefly firework firsts firth fitter flagged flagging
    flail flake flaked flakes flaking flambes flamers flamingo flanked flanking flare flared flares
    flaring flash flasher flashest flashy flattered flattering flatteringly flatters flavors fleecier
    fleming flicked flied flightier flightiness fling flinging flint flinty flipper flipping flippy flirt
    flirtations flirts flopping flora florae floras flout flouting flown flukey fluky flume flumes flunky
    flurry flush flusher flushest fluster flustering fluted flutes flyer foaming focusses fogey foley
    folks followings forayed fores forge formats former forrest forte foster frame framed frames framing
    fraying freak freaks freed freeing frees freighter freshly frets frier fries frisk frisks frizzy frost
    frostbit frosts froze fruit fruits frustrate frustrates fryer fucker fuddle fueling fuels fulton fussy
    futzed fuzed gabbed gabbier gabble gabbled gabby gable gabled gages gaggle gains galled galley galling
    gallo gallon gamble gambled gamely gameness gamey gamier gamin gamine gamins gander ganged gangling
    gangly gaped gapes garaged garbageman garbed gases gassing gaudy gauged gaunt gaunter gauntest
    gauntness gauze gavel gayer gazed gazer gazes gelding genera generals genetic gentile gentry george
    gibber gibes gibing gilding giles ginger girded girls glade gland glazier glean gleaning gloaming
    globing globs glover gloving gluier gnarl gnarls goings golfer golly goober goofs gooier gopher gorged
    goring gouge gouger grabber grabs gracie grading grads grafting grail grams grande grange granny
    granulate granulates grasp grasping grasps grated grates grazing greene grepping greta grime grimm
    grind grinder grins griping gristly groin groins groks groom grooming grounder grovel groveler grudge
    guide guiding gulled gulling gunter gushy gusto gutting haired hakes haled hales halle halleluiah
    halleluiahs hallow hallowed halted halting halves hamid hammed hamming hampering handy hanger hangover
    hanker hanky hardin hared haring harken harkened harmon harness harper harried harvest hashed haste
    hatted hatting hauler haven haves hawing hawser hayden hayes haying heady hears hearse hearts heath
    heaved heaves heeling hellishly hellos helmut hemming heroin hided hideout hideouts highland
    highlights hikes himalayan hines hinting hired historia hitch hitter hives hiving hoard hoarder
    hocking hogging hokum holder holing homed homeless homelessness homering homes homily honed honing
    hooding hoofing hooper horned hornier horniest horny hosting housed hovel humdinger humidify humped
    humping humungous hunan hunted hurler hurling hurray hurtling husked husks hymens hypnoses hypnotism
    hypnotist ideas illuminate illuminates imaged imagery images imbed immerse immoral immorally
    immoveable impart imperil inane inanely inanity inbred inced inciting increases india indue inept
    ineptly ineptness infatuate infatuates infects infield inhered inhumanely inked inkwell inland
    inpatient insets insider insides inspect inspects insulate insulates insulted integrate integrates
    interface interior internal internally introduced introduces invade invaded invades ionic ironic
    irrigate irrigated irrigating irrigation isolate isolates jagger jamaica jaunt jaunts jello jells
    jerks jerry jigged jiggle jiggling jobless joblessness jogged jugged juggle jumble jumbles junkier
    keeling keels keeper kilda killer killings kills kilned kilning kilns kilts kindle kinds kingly
    kinking kinky knack knacker knitter knotted kooks laden lager lagers lakers lambent lamers landslid
    lange lased lashing latent lathe lather latter latterly laxer layer layers leaded leafs leaks leaps
    leapt learner leash leaved leaves leeds legate leiden lemma lends lengths lessee lessens lesser lesson
    lester letup levee levels levering liable libby liberate liberates licit licking lifeline lighting
    likely liken likeness lilted lilting limber limiest linen liner linker linted linting liquify listed
    liveable livery lives loader loaner lobster local locally locke locket locking locks locus lodger
    lodging lofted lofting logger logging loiter lolling lollypop loopy lordly losers lounging loveable
    lowers lucia lucie lucks lumps lunge lunging lurid luridly luridness luring lustier lustily lustiness
    luther maces macing macro macroscopic mafia maine mainly maker makers makeups makings maleness males
    mallow malted malting mandy manes manga mange manged mangy manifest manila manna manny manson mantle
    mantled manufacture manufacturer manufactures manure marche marco mares maria marian marie marin
    marina marino marital markedly marking marne marquez marry marsh martin martina mashed mashing masking
    masque massed masters match matching mated material materially mates mating matteo mattered maxed
    maxes maxima maximums maximus maxing maybes mazes mealy meaning meath medal meddle meddled meddles
    mediaeval medial mediate mediation medicate medication mediums megaphoned melded melding mellon
    memorizes menage mental mentally menus mercy meres merge merger merges meringue meshing mesmerism
    message metamorphoses meteor meteors meting meyer midland midway midwest miked mikes miking mimed
    minas minds mined mines mingle mingled minima minimized minimizes miniscule minister minuter mired
    miser miserly misers missive miter miters mixer mixes mobsters mocks modernism modernist modes
    modulate modulates molder moldy molest molester molted molting monger monthly monty moods mooing
    moping morasses mores morphine morsel mosey motile motivate motivates moused mousse mowing mucks
    mugger mulching murder mused musicale musics musik mustered mutter named narked narrations natal
    native naval nebulae nebular needing needlessly nerds nerve nether netter neural neuter newer nibble
    nicety nigher nighest nites nobel nodes noose norse noshing nosier nosiness noted nothin nothings
    noting nowise nuked numeral oaten obfuscate obfuscates occlude occludes oceania ocher officer oldie
    onward opener opined opposites optically optima optimist orally orate orchestras orchestrate
    orchestrates organise organism organizer others otter outage outputs outran outsider outsize overalls
    overlay overlord oversize overtly overturn paced pacing packer packet pacts paddle paddled pager
    pailful paint painted painter painting palled pallor palmer paltry pancake pancakes panning pants
    parches pares paring paris parked parkour parring parry parrying partner pasting pastry pasts pasty
    patch patching patchy patent patently patted pattern patterning patting patty paunch paunchy pauper
    paving pawing payed pealing pearce peasant pecked pecking pecks pedals peddle peeking peeks peeper
    peking penal pence peony perched percy perking perry persona personae pertly pessimist petit pettiness
    petty phage pheasant phlegm phooey phrase phrased phrasing pianissimi pianos picked picker piddle
    pieced pieces piecing pierre pigging piggy piles pillory pimped pimply pinches pioneer piper pithy
    pivot pizzicati placing plaids plaints plait plaits planing planking planner plant planting plants
    plata plato platt pleaded pleading pleas pleated pleating plonking plonks plopping plugins plumb
    plumber plume plums plunged plunked plunking plunks plushier plying pocked podded podding pointer
    poison poker pokes poled polls pommelling pones pooping poppa pores poring portent portly ports poser
    poses possesses possibles poster potter pottering pouncing pouting poxes praised pranks prate prating
    preached preaches preachier preachy prefect premise premising preppy presentations presents presets
    presses preston pretence prevents previous previously preying price prickle pried prima primacy
    primaeval primate prime print printed prize probable processes processional prodding produce producer
    produces productions professed professing programmed programmer programmes programs prone pronounce
    pronounces propel propelled property propound propping prosper protected protecting provably prude
    prying pucker pulling pulped punter punting pupped purging purify purling purse pushes pussy putter
    puttering pwning qualify quark quartet queerly quilt quilter quine quire quirks quits quitter quote
    racier racily raciness racked racketeer radially radii raggedier ragging raided railed raindrop rained
    rainer raisin raisins rally ramble rambling randy rangers rapier rapine ration ratios ratting ratty
    raved ravel readiness realise realist realty reamed reamer reaped rearing reassure reassures recesses
    reclining rectal redounding reductions reefer reelection reelections refiled refine refiner refines
    refresher refreshes regain regale regent reggie regions reheat reheated reheating reheats reined
    reining reins rejoining rejuvenate rejuvenates related relating relay relayed relaying released
    relived remains remedy removals remover removers renal render rented repeal repealed repealing repeals
    repel repellant repent repented repenting repents reserve reserves resin resolve resolving restore
    restorer restores restrain restrains restricts results retain retrained retrod retry reusing revamped
    revel reveler revenue revered reveres reversed revert reverted reverts reviled revised revive revives
    revolver revved reworded rewording rices richter ricking ricky rider rides ridging riding rifer rigged
    rigging rights riles riling rimes riming ringer ringo rinses ripper risen risers risking risks rites
    ritter rivera riverbed rivet riveter rivetting roaming roams robber robbery robin rocker rohan roiled
    roiling rollins romani romano ronan ronin roofer rooking roost rooster roosts rosary rosen roses rosie
    rotting rotund rotundness rouge rouging routing routs rover rowan royale rubbed rubble rubier ruble
    rudder ruing rumbaing rumple rumpling ruses saber sable saccharin sacked sacking saetan saharan sallow
    sallower sallowest salmon salter saltest salts salvage salver samoa sandmen sandpiper sanely sapient
    sapling sappy sarape sarong satay satellited satisfies savanna savannas saving scaly scammed scamming
    scamp scamper scanning scans scantier scantily scantiness scarce scarceness scarcer scarcest scarf
    scarfed scarred scars scattering scatting scent scepter scone scoot scooted scooting scope scoped
    scopes scoping scored scotching scourging scrabbled scram scramble scrambler scrambles scrap scrapping
    scraps scrawling screw screws scrip scruff scruffs scuff scuffed scully scurfy scything sealed sealing
    seaman seamed seams seamy seater seclude secludes secrete seeding seeds seedy seeker seeks seeps seine
    seller selling senate sensed senses sensitize septa sequin serape serena serer serous settling severn
    sewed sexting shades shading shady shafted shallot shalt shamed shaming shammed shamming shammy shandy
    shapely shaping shard sharks sharpe sharpers shaves shaving shawl sheaf sheared shearing shedding
    sheer sheller sheltering shelved shelves sherd shifts shifty shimmed shimming shinning shins shirring
    shirt shirted shirttail shitting shitty shlock shodden shoed shoon shoot shooting shoring shorn
    shorter shortest shorting shortly shortness shouldering shouldn showier showy shrew shrewd shrift
    shrinking shrive shuck shucking shunning shuttered siberian sicily sickle sidewall sifted sight
    sighting signals signatures sills simmering simplex simulates simulating simulation sinew sinews
    singed singeing singes singling singly sings sinner sipping sires siring sirup sissy siting sittings
    skate skeet skewer skewers skiff skill skimming skimping skimpy skinner skinning skipper skyscraper
    slade slaked slanderer slant slashed slater slats slayer slaying slays sledge sleeting sleety slept
    slewed slights slinking slinks slipper slippers slither slitting slivering sloes slopping slots slouch
    slummed slumming slurs slush smattering smear smearing smears smelling smite smiting smooch smote
    smudge smudgy smugly smugness snacking snaffle snaffling snakier snares snarfing snarks snarky sneak
    sneakers sneaks sniff sniffing snifter snooker snooped snoopy snooze snorer snorting snuff snuffed
    snuffle snuffling soaped soaps socked sodded solar soldering soled solidify solver somethin somethings
    somewhats sonny sophisticate sophisticates sorer sorority sorts sottish soundings soundness soups
    sowed sowers spacial spacier spaded spammed spamming spank spanks sparring spatting spawning spaying
    spays speaking speared spearing specious speciously specked speckle speckles spectator spectra spell
    speller spelling spend spending spewed spinal spindle spiting splice splinter splinters splutter
    spluttering spoiler spoke spoof spool spooning spoor spotter spotting spotty spouting sprain sprained
    sprang sprayer sprig sprigs springer sprinkled sprinkler sprint sprinting sprints spritz sprung spuds
    spunk spurn spurns spurt spurts squashier squaw squaws stabs staccati stacey stacking staffed staffer
    stained stains stair staked stamped stamping stank stared starling starring stash stashed stats
    staying stdio steads steak stealing steamroller steele steeple steeps stein steiner stella stemming
    steps stereos sterna stews stickler sticks stifle stifles stilled stills stilt stingier stingily
    stinginess stink stinker stint stinting stipulate stipulating stipulation stirs stoat stock stocking
    stocky stoker stolid stolider stolidest stolidity stolidly stonewall stooped stopper stopping
    storeroom storing stormier stormily storminess stove stowed straggled strait strangles strap strapped
    strays streak streamline streamlines stretch stretches strewed strews striding stripe striped striping
    stripper strips striving strode stroke strop stropped strove strung strut stubble stubby stump
    stumping stumpy stung stunting styled styles styli stylist subdue subdues submerse submersed submit
    subset subtracts sucker suffer sulkiness sulky sully summary summed sumner sunder sunni supplier
    supply suppresses surfed surging surly suspender swagged swallow swami sward swashed swashing swathing
    swatter swattering swearer swearing sweatier swigging swimmer swingers swiss swizzle swizzling
    swopping swore sworn swung synch synched synchs syncopate syncopates syringing tabby tabular tackler
    tailed takings tales tallies tally tamely tameness tamer tamper tankful tanking tanks tansy taper
    targets tarnishes tasking tasted tatty teaks teals teamed teams tearier teariest teary tease teaser
    teats teensy telephoned telling tells temped tempera tempi temping tempos temps tempt tempter tended
    tenon tensor tepee terns terrifies terse tersely terseness terser tersest tessa testy textual
    textually thees theirs therein theses thinker thirst thirsts thirty thong thongs thorough thought
    thrall thralled thralling thrashed thrasher thread threw thrive thrown thrust thumb thumbing thunks
    tilde tildes tiller tills tilted tilts timely timers timing tingle tings tipster tireless tirelessly
    tirelessness titled titles tittered tittering toast toaster toasts toddle toddled toddles toiled
    toiler toiling toils tokes toking tongs tonic toning tonnes tooling topic topical topically torch
    torching torpid torsi totals totes tottered totting touchy towed towel toweling toxin traces tracker
    tract tracts tracy trailed trails trainer trammed tramped transformed transpositions trapper trawler
    treadle treat treatments treed tremor trialing tricks tricky tried trifle trifler trifling trimmer
    tripe tripled triples triplet tripped truce truckle truckling truest trump trumping truss trustier
    tryst tsars tubas tuber tubers tubing tucking tully tumid tuner tunny turbot turds turfed turfing
    turfs turks turner tuxes tweedier tweet tweeted twine twinging twink twisted twitch twitter tying
    typed typewrite typewrites tzars udder ukelele ultras unbeatable unbelievable unbinding unbound
    uncased underneaths underpays undersize understate understates undresses unfit unformed unhinge
    unhinges unity unnamed unread unseal unset unsettle unsettles unshakable unsound unsounder unsoundest
    untie upending urbana urbane valid validly validness valorous valved vantage vaped vaporware variant
    varies vaunt veined ventilate ventilates verier versions vertex vesicle vibrators victor victors
    victual vidal videotaped vigilante villein vimes vines violet viral viscera viscus vises vizor vogue
    voile volley volumes wacko wacks wades wafted wafts wagering wages waited waits waives waiving waken
    wakened wakes waling walks waller walling wallis wallow wally walter wanda wands waned wanked wanks
    wanting warded warehoused warmonger warned warship warts wasted wasting waterpower watts wears weather
    weaves wedding weeder weeds weeing weekly weeper weeps weigh weirdo weirs welder welling wells welting
    wending whackier wheres whiled whiles whims whimsey whinny whirr whirring whirs whisker whiskered
    whiskers whist whither whits whittle whittling wholeness wholes wholly whorl wicker wicket widow
    wielding wiener wight wiled wiley wilier wiliest wiliness wiling wills willy wimps wined winery wines
    wining winked winks winner winnow winos winterier wiped wiper wishful wishfully wisps withdraw
    withdraws wither wives wizened womble wonder wondering wonted woodmen wooer woofed woofs woolf words
    worming wormy wouldn woulds wounder wrack wreaked wreath wrecker wright wring wringer wrings wrinkle
    wrinkles write wroth wrung yawing yearling yelping yipping yoghourt yogurt yokel yucks zipped zipping
    zombi zombis
"""
