import factory
from factory.django import DjangoModelFactory, Password

from apps.accounts.models import Person

PASSWORD = "correct-horse-staple-9"


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@school.example")
    given_name = factory.Sequence(lambda n: f"Given{n}")
    family_name = factory.Sequence(lambda n: f"Family{n}")
    password = Password(PASSWORD)
