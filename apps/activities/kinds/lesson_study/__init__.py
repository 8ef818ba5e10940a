"""Lesson study: a group researches together how pupils learn one thing, in lessons that it owns."""
