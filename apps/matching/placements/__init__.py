"""Placing people with hosts: most people first, then the best total fit, under every hard rule.

Plain Python and numpy, without Django. ``solve.solve`` is the way in; ``problem`` has the types.
"""
