"""One module per home page: TEMPLATE and ``context(person, acting) -> dict``.

Every number is a `Stat` whose link opens exactly the rows it counts: both use the same queryset
methods, and a test follows each link and counts.
"""

from types import ModuleType

from django.utils.translation import gettext_lazy as _

from apps.home.acting import NOBODY, OPERATOR
from apps.home.pages import coordinator, governor, head, lead, nobody, operator, staff
from apps.schools.enums import Role

NOT_YOUR_ROLE = _("You do not hold that role. Choose one of yours in the bar at the top.")

BY_ROLE: dict[str, ModuleType] = {
    Role.CPD_LEAD: lead,
    Role.TEACHER: staff,
    Role.SUPPORT: staff,
    Role.COORDINATOR: coordinator,
    Role.HEAD: head,
    Role.GOVERNOR: governor,
    OPERATOR: operator,
    NOBODY: nobody,
}
