"""Words that say nothing about sound: what lies nearer to them than to the lexicon is not understood.

Everyday topics, a line each, what a treatment is given to, and keyboard noise. A word that the lexicon gains
is no decoy any more (`semantics.decoys_beside`). The negatives of `benchmarks/fx_neighbours.py` must not be
among them.
"""

from __future__ import annotations

_TOPICS = """
fruit, apple, vegetable, onion, bread, soup, breakfast, meal, restaurant menu, recipe, chocolate, pepper
animal, dog, horse, fish, insect, monkey, sheep, bird, flower, plant
chair, table, shelf, carpet, lamp, curtain, kettle, fork, bucket, broom, box of matches
shirt, trousers, shoes, hat, jacket, jewellery, button, pocket
money, bank account, price, tax, salary, budget, business, company, meeting, contract, customer, marketing
government, politics, election, law, country, citizen, police, treaty, freedom, religion, philosophy
john, mary, doctor smith, mother, brother, uncle, child, lawyer, teacher, engineer, soldier, king, farmer
hand, knee, tooth, stomach, disease, medicine, injury
school, lesson, exam, student, book, page, dictionary
mathematics, physics, biology, number, percentage, triangle, kilometre, gram, molecule
software, website, database, file, folder, source code, printer, internet, username, login
truck, train ticket, airport, engine oil, bridge, road map, suitcase, hotel booking
hammer, screwdriver, nail, rope, paint brush, glue, brick
monday, january, yesterday, next week, three hours, birthday, appointment, deadline, christmas, morning
football, tennis, chess, holiday, garden hose, shopping, delivery, parcel, stamp, newspaper
open the window, send a message, write a report, please help me, thank you very much, how old are you
where is it, buy a ticket, i forgot my keys, good morning
track, song, tune, melody, music, sound, audio, sample, clip, stem, my recording, the mix, the whole thing
my vocals, the voice, my guitar, the drums, the piano, this instrument, make it, give me, i want, sounding
the, and, because, however, something, somebody, idea, reason, opinion, result, example, problem
lorem ipsum, foo bar, xyz, abcdef, hjkl, blah, aaaa, sdfgh, zorp, gnarfle, plumbus, skrimbly, dfgdfg, quonk
thrumple, mxyzptlk, wug, blicket, snorf, poiuy
"""

DECOYS: tuple[str, ...] = tuple(
    word.strip() for line in _TOPICS.split("\n") for word in line.split(",") if word
)
