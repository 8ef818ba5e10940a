"""Forms that warn before they store a text with what looks like a pupil's name or a grade."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from apps.core import wording
from apps.core.forms import HubForm, HubFormMixin


class CarefulMixin(HubFormMixin, forms.BaseForm):
    """Texts that are warned about before they are stored; the writer decides.

    ``known``: names that are no pupils' (or a function that finds them, asked only when a form
    was sent).
    """

    known: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()
    grades_fit = False  # a grade of an examination may well be what is aimed at

    @property
    def careful_of(self) -> tuple[str, ...]:
        """The names of the fields that hold them."""
        raise NotImplementedError

    @property
    def is_doubtful(self) -> bool:
        return bool(getattr(self, "doubts", None))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.data.get("anyway"):
            return data
        self.doubts = {}
        known = self.known() if callable(self.known) else self.known
        for name in self.careful_of:
            found = wording.doubts(data.get(name) or "", known, grades_fit=self.grades_fit)
            if found:
                self.doubts[name] = found
                self.add_error(name, _warning(found, grades_fit=self.grades_fit))
        return data


class Careful(CarefulMixin, HubForm):
    pass


def _warning(found: Iterable[wording.Doubt], *, grades_fit: bool) -> str:
    said = [
        _("%(what)s (%(words)s)") % {"what": d.what, "words": ", ".join(d.words)} for d in found
    ]
    what = _(" and ").join(said) if len(said) < 3 else ", ".join(said)
    words = _(
        "This looks like %(what)s. Use codes such as “Pupil A” and no grades, or save it anyway."
    )
    if grades_fit:
        words = _("This looks like %(what)s. Say it without, or save it anyway.")
    return words % {"what": what}
