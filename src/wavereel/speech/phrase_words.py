"""Small words that decide where a line may break, by language; see `phrases`."""

from __future__ import annotations

TITLES = (
    "mr mrs ms dr prof professor sir dame lord lady president captain colonel general lieutenant commander "
    "sergeant senator queen king prince princess pope saint st mount lake herr frau monsieur madame señor "
    "señora don doña signor signora"
)
"""Words before a name."""

UNITS = (
    "percent % dollars dollar cents euros euro pounds pound million billion trillion thousand hundred "
    "kilometers kilometres km miles meters metres m cm mm inches feet foot grams kg kilograms tons degrees "
    "hours hour minutes minute seconds second days day weeks week months month years year times am pm a.m p.m "
    "o'clock gb mb hz khz ms january february march april may june july august september october november "
    "december prozent uhr jahre"
)
"""Words after a number, and months before one."""

LEAN_FORWARD: dict[str, str] = {
    "en": ("a an the my your his her its our their this that these those some any no every each another which whose"),
    "de": (
        "der die das den dem des ein eine einen einem einer eines mein meine dein sein seine ihr ihre unser "
        "kein keine dieser diese dieses jeder jede zum zur im am vom beim ins"
    ),
    "fr": (
        "le la les l' un une des du de d' mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce "
        "cet cette ces au aux"
    ),
    "es": "el la los las un una unos unas mi mis tu tus su sus este esta estos estas ese esa del al",
    "it": "il lo la i gli le l' un uno una mio mia suo sua questo questa del della dei delle al alla nel nella",
    "pt": "o a os as um uma uns umas meu minha seu sua este esta esse essa do da dos das no na nos nas ao à",
    "nl": "de het een mijn jouw zijn haar ons onze deze dit die dat geen",
    "ru": "не ни бы же",
}
"""Articles, possessives, determiners: never parted from what follows."""

LEAN_SOFTLY: dict[str, str] = {
    "en": (
        "of to in on at by for from with into onto over under about as than and or but if when while because "
        "so i you he she it we they is are was were be been being am have has had do does did will would can "
        "could may might must shall should not very too more most i'm i've i'll you're we're they're it's "
        "that's there's don't didn't"
    ),
    "de": (
        "von zu in an auf bei für mit aus nach über unter und oder aber wenn weil dass ich du er sie es wir "
        "ist sind war waren hat haben wird werden kann nicht sehr"
    ),
    "fr": (
        "à en dans sur par pour avec sans et ou mais si que qui je tu il elle on nous vous ils est sont a ont ne pas"
    ),
    "es": "de a en con por para sin y o pero si que es son ha han no se me te lo muy",
    "it": "di a da in con su per tra e o ma se che è sono ha hanno non si mi ti molto",
    "pt": "de a em com por para sem e ou mas se que é são tem não me te muito",
    "nl": "van in op aan bij voor met uit naar en of maar als dat ik je hij ze we is zijn was heeft niet",
    "ru": "в на с к из за по от для и или но а что как я ты он она мы вы они",
}
"""Prepositions, auxiliaries, pronouns: rather not parted from what follows."""

LINKS: dict[str, str] = {
    "en": (
        "and or but nor so yet because although though while when where which who whom whose that if unless "
        "until since of to in on at by for from with without into onto over under about after before between "
        "through during than as"
    ),
    "de": (
        "und oder aber denn sondern weil dass wenn als ob obwohl während der von zu in an auf bei für mit aus nach über"
    ),
    "fr": ("et ou mais donc car que qui quand si parce dont où à dans sur par pour avec sans chez après avant entre"),
    "es": "y o pero porque que cuando si donde quien con de en por para sin sobre entre hasta desde",
    "it": "e o ma perché che quando se dove chi con di in per senza su tra fra fino da",
    "pt": "e ou mas porque que quando se onde quem com de em por para sem sobre entre até desde",
    "nl": "en of maar want omdat dat als toen terwijl van in op aan bij voor met uit naar over",
    "ru": "и или но а что чтобы когда если потому как где который в на с к из за по от для",
}
"""Conjunctions and prepositions: a good place to break is before one."""
