"""Answers that were given elsewhere: a file, and a map from its columns to an audit's questions.

    {"columns": {"<csv column>": "<question code>"},
     "values": {"<csv column>": {"<csv value>": "<answer>"}},
     "missing": ["<value>", ...],
     "school": "<column or null>"}

A question code names a whole question. Of a grid it may name a half: ``code.confidence`` and
``code.priority`` hold 1 to 4 (or the words of the scale), ``code.need`` the need itself, where
elsewhere only that was asked. A grid's bare code holds the need as well, or both ratings as
``2/4``. A need stands in the file as 1 to 4; ``values`` may turn it into anything up to 16. One
question of one audit has either ratings or needs, or their means could not be compared.
``@role``, ``@phase``, ``@department``, ``@career_stage`` and ``@job_role`` hold who answered.

A value is looked up in ``values`` first, then in ``missing``, then read as it stands; 3.0 is 3.
A blank is missing.
"""
