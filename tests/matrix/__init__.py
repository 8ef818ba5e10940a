"""The permission matrix: every URL x every role x own and foreign objects, from one table.

Each app lists its URLs in ``tests/matrix/<app>.py`` as ``ROWS``::

    ROWS = [
        Row("followups:list", ok="teacher support lead ..."),
        Row("followups:detail", "followup.public_id", ok="teacher lead", refused="other_lead"),
        Row("followups:done", "followup.public_id", post={"outcome": "x"}, ok="teacher"),
        Row("core:csrf", public=True),
    ]

``name``     the URL's name in the URLconf
``key``      path from `World.own` (or ``.foreign``) to the argument; several separated by spaces
``ok``       roles that get in: 200, 204, 302 to somewhere other than sign-in, 400 or 422
``refused``  roles that see a 403 with a reason
All other roles get 404, or 403 where the row has no key. Anonymous gets sign-in unless ``public``.
For a row with a key the foreign object must be 404 for every role but those in ``foreign_ok``.
``methods``  allowed methods: a GET to a POST-only URL must be 405 or refused, and change nothing.
``kwargs``   fixed extra arguments of the URL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EVERYBODY = "outsider teacher support lead other_lead head governor coordinator operator"


@dataclass(frozen=True)
class Row:
    name: str
    key: str = ""
    ok: str = ""
    refused: str = ""
    public: bool = False
    post: dict[str, Any] | None = None
    foreign_ok: str = ""
    kwargs: dict[str, Any] = field(default_factory=dict)
    query: str = ""
