"""A long select says the same as Django's own."""

from django import forms
from django.test.html import parse_html

from apps.core.forms import LongSelect

CHOICES = [("", "Nobody"), ("a1", "Zoë <Müller>"), (7, "Seven & co")]


def drawn(widget: type[forms.Select], value: object) -> object:
    class Form(forms.Form):
        who = forms.ChoiceField(choices=CHOICES, required=False, widget=widget)

    return parse_html(str(Form(initial={"who": value})["who"]))


def test_it_is_drawn_as_django_draws_it() -> None:
    for value in ("", "a1", 7, "7", None):
        assert drawn(LongSelect, value) == drawn(forms.Select, value), value
