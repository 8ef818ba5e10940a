"""Peer visits: somebody goes to see how another school does it, with questions and doubts."""
