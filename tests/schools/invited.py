"""What tests of invitations share; their fixtures are in conftest.py."""

from apps.schools import invitations
from apps.schools.models import Invitation

PASSWORD = "plenty of staffroom tea"
HEAD = {
    "given_name": "Bella",
    "family_name": "Bell",
    "email": "head@new.example",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "confirm": "on",
}


def path_of(invitation: Invitation) -> str:
    return invitations.path_of(invitation)
