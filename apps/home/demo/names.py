"""Invented people. Any likeness to somebody real is chance."""

# fmt: off
GIVEN = (
    "Amara", "Ben", "Chloe", "Dev", "Ewa", "Farah", "George", "Hannah", "Imran", "Joanna",
    "Kwame", "Leila", "Megan", "Nikhil", "Olivia", "Patrick", "Ruth", "Samir", "Tess", "Uma",
    "Victor", "Wendy", "Yusuf", "Zoe", "Alan", "Bridget", "Callum", "Deepa", "Elliot", "Fiona",
    "Gareth", "Helena", "Isaac", "Jasmine", "Kieran", "Lucy", "Marcus", "Nadia", "Owen",
    "Priya", "Rhys", "Sophie", "Tomasz", "Ursula", "Vikram", "Winston", "Xanthe", "Yasmin",
    "Adeola", "Bethan",
)
# fmt: on
# fmt: off
FAMILY = (
    "Adeyemi", "Barrow", "Chandra", "Dalton", "Ellery", "Fenwick", "Gupta", "Hollis", "Iqbal",
    "Jarvis", "Kowalczyk", "Lindley", "Mbeki", "Norris", "Okafor", "Pemberton", "Quigley",
    "Rahman", "Sutcliffe", "Thackeray", "Underhill", "Vasquez", "Whitlock", "Yeadon",
    "Zielinski", "Ashdown", "Bexley", "Crowther", "Dunmore", "Eastwood", "Farrant", "Goodwin",
    "Hartnell", "Ingham", "Jessop", "Kinsella", "Langford", "Mistry", "Newbold", "Osgood",
    "Partridge", "Rowntree", "Saunders", "Tilbury", "Upton", "Varley", "Wainwright", "Yardley",
    "Abbot", "Brightwell",
)
# fmt: on


def name(number: int) -> tuple[str, str]:
    """The ``number``-th invented (given, family) name; no repeats below 2,500."""
    return GIVEN[number % 50], FAMILY[(number * 7 + number // 50) % 50]
