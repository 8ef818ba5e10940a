"""Groups of three (two or four where numbers demand) who share a focus: most people placed first,
then the best total score, under every hard rule.

Plain Python and numpy, without Django. ``solve.solve`` is the way in; ``problem`` has the types.
"""
