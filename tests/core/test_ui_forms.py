from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

from apps.core.forms import ClientKeyMixin, HubForm, relabel
from apps.core.ui.fields import filters_on, problems


class Visit(HubForm):
    focus = forms.CharField(label="Focus", max_length=40, help_text="One thing only.")
    audience = forms.ChoiceField(
        label="Audience", choices=[("me", "Only me"), ("us", "Us")], widget=forms.RadioSelect
    )
    notes = forms.CharField(label="Notes", max_length=9, widget=forms.Textarea, required=False)
    told = forms.BooleanField(label="They know")


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def field(form: forms.Form, name: str) -> str:
    return render("{% field bound %}", bound=form[name])


def test_label_hint_and_error_come_before_the_control() -> None:
    html = field(Visit({}), "focus")

    order = [
        html.index(part) for part in ("<label", "id_focus_helptext", "id_focus_error", "<input")
    ]
    assert order == sorted(order)
    assert 'aria-describedby="id_focus_helptext id_focus_error"' in html
    assert 'aria-invalid="true"' in html


def test_radios_stand_in_a_fieldset() -> None:
    form = Visit({})
    form.fields["audience"].widget.choice_hints = {"me": "Nobody else."}
    html = field(form, "audience")

    assert (
        '<fieldset class="has-error" id="div_id_audience" aria-describedby="id_audience_error">'
        in html
    )
    assert "<legend>Audience</legend>" in html
    assert 'aria-describedby="id_audience_0_hint"' in html
    assert "aria-invalid" not in html


def test_optional_fields_say_so() -> None:
    assert "(optional)" in field(Visit(), "notes")
    assert "(optional)" not in field(Visit(), "focus")
    assert "(optional)" not in render("{% field bound plain=True %}", bound=Visit()["notes"])


def test_a_long_text_is_counted_not_cut() -> None:
    html = field(Visit({"notes": "0123456789"}), "notes")

    assert "maxlength" not in html
    assert 'data-limit="9"' in html
    assert 'aria-describedby="id_notes_error id_notes_counter"' in html
    assert "0123456789" in html


def test_what_is_missing_is_named() -> None:
    found = problems(Visit({}))

    assert [(p.target, p.text) for p in found] == [
        ("id_focus", "Fill in “Focus”."),
        ("id_audience_0", "Choose an answer for “Audience”."),
        ("id_told", "Tick “They know”."),
    ]


def test_other_errors_name_their_field() -> None:
    found = problems(Visit({"focus": "x" * 41, "audience": "me", "told": "on"}))

    assert [p.text for p in found] == ["Focus: Use at most 40 characters. There are 41."]


def test_a_field_with_another_label_is_named_by_it() -> None:
    form = Visit({"audience": "me", "told": "on"})
    relabel(form.fields["focus"], "What did you see?")

    assert [p.text for p in problems(form)] == ["Fill in “What did you see?”."]


def test_a_list_says_that_one_is_to_be_chosen() -> None:
    class Listed(HubForm):
        what = forms.ChoiceField(choices=[("", "---------"), ("a", "A")])
        also = forms.ChoiceField(choices=[("", "---------"), ("a", "A")], required=False)
        minutes = forms.IntegerField(min_value=5, max_value=480)

    form = Listed({"what": "a", "minutes": "500"})

    assert form.fields["what"].choices == [("", "Choose"), ("a", "A")]
    assert form.fields["also"].choices == [("", "Not chosen"), ("a", "A")]
    assert [p.text for p in problems(form)] == ["Minutes: It cannot be more than 480."]


def test_no_colon_follows_a_question() -> None:
    form = Visit({"focus": "x" * 41, "audience": "me", "told": "on"})
    form.fields["focus"].label = "What did you see?"

    assert problems(form)[0].text.startswith("What did you see? Use at most")


def test_every_link_of_the_summary_leads_to_a_control() -> None:
    form = Visit({})
    page = render("{% error_summary form %}{% form_fields form %}", form=form)

    for problem in problems(form):
        assert f'href="#{problem.target}"' in page
        assert f'id="{problem.target}"' in page


def test_formsets_and_lists_of_forms_are_summed_up() -> None:
    formset = forms.formset_factory(Visit, min_num=2, validate_min=True, extra=0)
    bound = formset({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"})

    assert problems(bound)[0].text == "Please submit at least 2 forms."
    assert len(problems([Visit({}), Visit()])) == 3


def test_an_unbound_form_has_no_summary() -> None:
    assert render("{% error_summary form nothing %}", form=Visit()).strip() == ""


def test_crispy_draws_the_same_fields() -> None:
    form = Visit({})
    html = render_crispy_form(form)

    assert field(form, "focus").strip() in html
    assert "asteriskField" not in html
    assert "<form" not in html


@pytest.mark.parametrize("name", ["label", "hint"])
def test_a_page_may_use_its_own_words(name: str) -> None:
    assert "Just this" in render(
        "{% field bound " + name + '="Just this" %}', bound=Visit()["focus"]
    )


def test_browsers_do_not_check_first() -> None:
    assert "required" not in field(Visit(), "focus")


class Keyed(ClientKeyMixin, HubForm):
    pass


def test_every_form_gets_a_key_of_its_own() -> None:
    first, second = Keyed()["client_key"].value(), Keyed()["client_key"].value()

    assert first != second
    assert Keyed({"client_key": str(first)}).is_valid()
    assert not Keyed({"client_key": "no uuid"}).is_valid()


class Filter(forms.Form):
    q = forms.CharField(required=False)
    state = forms.ChoiceField(choices=[("open", "Open"), ("all", "All states")], required=False)
    phase = forms.MultipleChoiceField(choices=[("p", "Primary"), ("s", "Secondary")])
    mine = forms.BooleanField(label="Only mine", required=False)
    page = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, []),
        ({"state": "open", "q": " ", "page": "2"}, []),
        ({"state": "all", "q": "Zoë"}, ["Zoë", "All states"]),
        ({"phase": ["s", "p"], "mine": "on"}, ["Primary", "Secondary", "Only mine"]),
        ({"state": "nonsense"}, []),
    ],
)
def test_the_filters_that_are_on(chosen: dict[str, Any], words: list[str]) -> None:
    assert filters_on(Filter(chosen)) == words
    html = render("{% include 'components/filters.html' %}", form=Filter(chosen))
    assert (f"Filters ({len(words)} on):" in html) == bool(words)
