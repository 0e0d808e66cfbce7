"""English words that are spelled right, though they are one letter away from a word of music."""

from __future__ import annotations

_WORDS = """
    abstracts accept accepts adjustment advent advertisements africa africans afternoons aground aiding
    albums alternatives altitude america americas angelica antiques arabia argent ascent audiences avoids
    awaiting backgrounds backseat badger baking balance balkans ballard banged bangor banker banner
    banners banning barbed barking barley barron baseline basics battled bearing beginnings bending biased
    biking bitten blacks blasts bleeding blinded blinding blinds blurted blushed bodies bombing booking
    bosses bottle bottoms bounced bounty bowing bowled boxers boxing brands breach breast breeze bridges
    bridget briggs broker bronze bubbles buildings bulgaria burger burned burying bushes caller calling
    calmed calves candle canons cartoonist castle celtics centre centres chains chaired chairs chambers
    champion chance chances changed characters charge charges chased chatting cheated cheating cheese
    cherry chests chickens chicks chimed chopper chunks cipher classics clears clicked climatic clinched
    clocks clones closest coasts comets comfortably commercials commons commuter compounds compute
    computed computers concentrated concept concern conical conner convert copper couldn county coupled
    couples course covers covert cowboys cracking cradled crashing crates creaked credit cremated crested
    crimes crimson crooked crowds crowned crystals cumbria currents danced dancer dancers daring deaths
    decrees defective degree denise derive derives described describes desert deutsche divers diving
    doubled doubles drafting dragon dragons drills drowning earthly easter echoed echoes eighth eighty
    elaborated elector electron elevators eleven endings engaged ensembles entirety esther etudes
    europeans excerpt excluded exercised expensive extremes faction faltered favored favors favour
    favoured feather feathers feeder feeding fields fights filters fingers finished flanked flight floats
    floors flower flowers fluids follower fooled forest forwards framed frames francaise francis francois
    freaks friction friend fright fronts fucked funded garbage garden gardens garlic genetic gentlemen
    gentry germain germans germany giants glitter glowing gorman gospels gracie grains grande grange
    granny grassy grateful gravel greeks groups groves handed handle harbor harbour hating hayden heading
    hearing hearst hearth hearts heated heating hermes heroin homeless hooker hooper hooves hostel hotels
    housed houses humane humans hundreds hungarians hunted hunter hunters hunting hybrids ideals imagined
    imaging incense indiana indians indies indonesia infections inland insider insides inspire intrigued
    isolate issued issues italia jackie jamaica javanese journeys killer knicks knight knights koreans
    lakers lasers latino lawyer lawyers leaking leaning leaping leasing leaves leaving lending lengths
    lengthy levels lifting lighting lights likely linger liquids listened livery living loading lodging
    logging longed looked looking loomed looming looted looting losers losing lowers majors makers malley
    mandela marble marched marital marking marshes martian mastery matches matching maximus meadow
    mediation medication mellon mental message metals meteor mining minors mirror mirrors moaning
    moderator montagu montane motions mouths mumbled musicals mutiny natives nearby neatly noises norman
    nothin noting ocean oceans octave officer offices olympia opened openings operas orange organise
    organism originals outraged outsider packet packing palace panties parting partly paying pearce
    peasant peoples performances performers periods persia persians persona pierce pinched pirate pirates
    pitcher pitches places placing plains planet planets plastics pleased plunge plunged pockets powder
    powers praying prefect premise presents preston prevent primate prison product productions programme
    programmer programmes propped protect pulling pulsed purple qualify racers radios railing raises
    ranged ranging rapids rasped ravens recorded redding reelection reggie registers regulars reilly
    related relating released releases religions remind restaurants reverend reverse rhymes ribbon ribbons
    riders rigged rights ripped risking roaming rolled rollins romania routing rovers royale rubble rugged
    rumbled runner russia russians sacked sailing sailor sailors salmon salvage satire saying scaled
    scales scared scares scarlet scattering scents schools sciences scored scorer scores scouting
    scratched searing seating selling senate sensed senses serena serves sessions settings settling sevens
    seventy severn sewing shadow shadows shaken shaping shared shares shells shooter shooting shouldn
    showed signing silenced silver singled singles sinking sitting slides slipped slipping smelling smells
    smoked snapped snapping soared solving somethin sometime songwriters soundtracks spanning spared
    sparkle spelling spells spines spirits spores spring springs squared squares squeezed squire stacey
    staged staggering stairs stamps stands startling starving stated staten stating statue staying
    steaming steele steven stills stings stokes stomped stones stopping storing strait strand strapped
    strata streak streamed streets striped structured structures stuart studios sturdy subset suites
    summary summons sumner sundays superb supper supporter suspect swamps swapped swimmer tables tasting
    teased temple temples tended tensed tensor texans textual thames theirs themed thirsty thorough
    thought thousands thrilled thumbs tilted timely tinted tongues tonnes traces tracts trailed trailers
    trailing trainer trains trapping traveler traveller tremble tricks trucks truths tucking turned
    undergone unease urbana valentin vantage variant varies velvet versions victor victoria vikings
    villages villas violet voiced waited waking walker wander wandering wanting warehouses warily warner
    warship wasting websites weekends weight weights welding whales whimper whimpered william winding
    winery winger winner wished wooded workings wouldn writer writers writhing writings yellow
"""
ORDINARY: frozenset[str] = frozenset(_WORDS.split())
