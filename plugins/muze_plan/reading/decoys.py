"""Words that say nothing about music: what is nearer to them than to the lexicon is not understood."""

from __future__ import annotations

_TOPICS = """
apple, onion, bread, soup, breakfast, sandwich, pepper, restaurant menu, pancake, cheese, tomato, chocolate cake
dog, horse, insect, monkey, sheep, penguin, elephant, plant, flower pot, giraffe
chair, table, shelf, carpet, lamp, curtain, kettle, fork, bucket, broom, cardboard box, refrigerator
shirt, trousers, shoes, hat, jacket, jewellery, button, pocket, shoelace
money, bank account, price, tax, salary, budget, company, meeting, contract, customer, marketing, invoice, mortgage
government, politics, election, law, citizen, police, treaty, philosophy, parliament, president, democracy
doctor smith, mother, brother, uncle, lawyer, teacher, engineer, soldier, farmer, accountant, nephew
hand, knee, tooth, stomach, disease, medicine, injury, dentist
school lesson, exam, student, book page, dictionary, homework, algebra, chemistry, geography
mathematics, physics, biology, percentage, triangle, kilometre, gram, molecule, rectangle
software, website, database, folder, source code, printer, username, login, password, javascript
truck, train ticket, airport, engine oil, bridge, road map, suitcase, hotel booking, passport, tractor
hammer, screwdriver, nail, rope, paint brush, glue, brick, ladder, scissors
monday, january, yesterday, next week, appointment, deadline, wednesday, calendar, february
football, tennis, chess, garden hose, shopping, delivery, parcel, stamp, newspaper, volleyball
open the window, send a message, write a report, please help me, how old are you, buy milk, click here
where is it, buy a ticket, i forgot my keys, good morning, hello there, what time is it
however, somebody, opinion, reason, example, problem, result, information, purpose, detail
different, important, possible, available, necessary, regular customer, recent, various, specific
yellow, purple, orange colour, blue colour, number seven, first name, postcode, receipt, warranty, coupon
chicago bears, united nations, new jersey, wikipedia, microsoft, toyota, amazon delivery
asdf, qwerty, flurb, xyzzy, kjhgf, blorptang, zxcvb
"""

DECOYS: tuple[str, ...] = tuple(
    word.strip() for line in _TOPICS.splitlines() for word in line.split(",") if word.strip()
)
