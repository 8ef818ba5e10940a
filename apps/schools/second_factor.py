from apps.accounts.models import Person
from apps.accounts.second_factor import needs_second_factor
from apps.schools.enums import Role
from apps.schools.scope import scope_of

POWERFUL = (Role.CPD_LEAD, Role.HEAD, Role.GOVERNOR, Role.COORDINATOR)


@needs_second_factor
def sees_more_than_their_own(person: Person) -> bool:
    return scope_of(person).has(*POWERFUL)
