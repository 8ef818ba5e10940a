"""The one-minute log, and the pages of what was written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.activities import engine, readers
from apps.activities.engine import Blocked, judges
from apps.activities.engine import records as engine_records
from apps.activities.engine.situation import joined
from apps.activities.enums import Audience, RecordForm
from apps.activities.forms.records import AudienceForm, LogForm, Target, targets_of
from apps.activities.kinds.shared import TOGETHER
from apps.activities.models import Record
from apps.activities.permissions import (
    STARTERS,
    can_delete_record,
    can_edit_record,
    can_link_record,
    can_log,
    can_see_versions,
    can_share_record,
)
from apps.activities.views.common import (
    add_blocks,
    declared_of,
    get_record,
    page,
    say_blocked,
)
from apps.core.permissions import require
from apps.schools.models import Organisation
from apps.schools.scope import scope_of

PAGE = 30
REMEMBERED = "last_log"  # session key: the choices of the last entry, by form


def log(request: HttpRequest) -> HttpResponse:
    """Log an observation, a reflection or a note in a minute.

    GET: ``form`` (observation, reflection, note), ``about`` (a target's key) comes chosen. Where
    they would write different things, they choose first what it is.
    """
    person: Any = request.user
    require(can_log(person))
    remembered = request.session.get(REMEMBERED, {})
    wanted = request.GET.get("form") or remembered.get("form", "")
    name, targets = _form_and_targets(person, wanted)
    chosen = _chosen_before(request, name, targets)
    alike = _alike(name, targets, request.POST.get("target") or chosen)
    form = LogForm(
        request.POST or None,
        form=name,
        targets=alike or targets,
        initial={"target": chosen} if chosen else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            written = _write(person, name, form)
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            chosen = form.cleaned_data.get("target", "")
            request.session[REMEMBERED] = {"form": name, name: chosen}
            messages.success(request, _("Saved."))
            return redirect("activities:record", written.public_id)
    audience, words = _audience(name, alike or [])
    context = {
        "form": form,
        "form_name": name,
        "tabs": _tabs(person, name),
        "nothing": not targets and name != RecordForm.REFLECTION,
        "choose": targets if alike is None else [],
        "others": alike is not None and len(alike) < len(targets),
        "audience": audience,
        "audience_words": words,
    }
    return page(request, "log", context)


def _form_and_targets(person: Person, wanted: str) -> tuple[str, list[Target]]:
    """The form asked for; else an observation where there is somebody to observe."""
    if wanted in RecordForm.values:
        return wanted, targets_of(person, wanted)
    found = targets_of(person, RecordForm.OBSERVATION)
    if found:
        return RecordForm.OBSERVATION, found
    return RecordForm.REFLECTION, targets_of(person, RecordForm.REFLECTION)


def _chosen_before(request: HttpRequest, name: str, targets: list[Target]) -> str:
    about = request.GET.get("about", request.session.get(REMEMBERED, {}).get(name, ""))
    return about if about in {target.key for target in targets} else ""


def _alike(name: str, targets: list[Target], key: str) -> list[Target] | None:
    """Those that ask the same as the chosen one; None when they differ and none is chosen."""
    chosen = next((t for t in targets if t.key == key), None)
    if chosen is not None:
        return [t for t in targets if t.asks_like(chosen)]
    if name == RecordForm.REFLECTION:
        return [t for t in targets if not t.declared.fields]
    return targets if all(t.asks_like(targets[0]) for t in targets) else None


def _write(person: Person, name: str, form: LogForm) -> Record:
    target = form.chosen
    own = scope_of(person).organisations(*STARTERS)
    return engine.record(
        by=person,
        kind=target.declared.key if target else RecordForm.REFLECTION,
        text=form.cleaned_data["text"],
        data=form.extra_data if target else {},
        activity=target.activity if target else None,
        about=target.about if target else None,
        organisation=None if target else Organisation.objects.filter(pk__in=own).first(),
        happened_on=form.cleaned_data["happened_on"],
        client_key=form.cleaned_data["client_key"],
    )


def _audience(name: str, targets: list[Target]) -> tuple[str, str]:
    if name == RecordForm.REFLECTION:
        return "private", _("Only you can see this, now and later")
    if name == RecordForm.OBSERVATION:
        words = _(
            "Only you and the person you observed can see this. It is theirs: only they can "
            "share it further."
        )
        return "participants", words
    found = readers.readers_at_first(targets[0].declared.audiences if targets else TOGETHER)
    return found.look, found.words


def _tabs(person: Person, name: str) -> list[dict[str, Any]]:
    labels = {
        RecordForm.OBSERVATION: _("Observation"),
        RecordForm.REFLECTION: _("Reflection"),
        RecordForm.NOTE: _("Shared note"),
    }
    return [
        {"label": label, "url": f"{reverse('activities:log')}?form={form}", "current": form == name}
        for form, label in labels.items()
    ]


def _listed(
    request: HttpRequest, rows: QuerySet[Record], template: str, **more: Any
) -> HttpResponse:
    rows = rows.select_related("author", "owner", "organisation", "activity")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return page(request, template, {"found": found, **more})


def records(request: HttpRequest) -> HttpResponse:
    """What I own and what I wrote. GET: ``page``."""
    person: Any = request.user
    return _listed(request, Record.objects.mine(person), "records", may_log=can_log(person))


def shared(request: HttpRequest) -> HttpResponse:
    """What others let me read: who, when, and about what; the words are on the entry's page."""
    person: Any = request.user
    linked = Record.objects.linked_for(person)[:PAGE]
    return _listed(request, Record.objects.shared_with(person), "shared", linked=linked)


def record(request: HttpRequest, pid: str) -> HttpResponse:
    """One entry. Reading what is neither mine nor by me leaves a row in the audit trail."""
    target = get_record(request, pid)
    person: Any = request.user
    engine_records.viewed(target, by=person)
    declared = declared_of(target)
    context = {
        "record": target,
        "prompt": declared.prompt if declared else "",
        "name": declared.name if declared else target.get_form_display(),
        "extra": [(f.label, f.words_for(target.data.get(f.slug, ""))) for f in declared.fields]
        if declared
        else [],
        "readers": readers.readers_of(target, person),
        "may_edit": can_edit_record(person, target) and engine_records.can_be_reworded(target),
        "may_share": can_share_record(person, target),
        "shareable": len(engine_records.audiences_of(target)) > 1,
        "may_delete": can_delete_record(person, target),
        "may_link": can_link_record(person, target),
        "versions": target.version if can_see_versions(person, target) else 0,
    }
    return page(request, "record", context)


def audience(request: HttpRequest, pid: str) -> HttpResponse:
    """The owner decides who can see it, wider or narrower."""
    target = get_record(request, pid)
    person: Any = request.user
    require(can_share_record(person, target))
    choices = [
        (value.value, str(Audience(value).label), readers.words_for(target, value, person))
        for value in engine_records.audiences_of(target)
    ]
    form = AudienceForm(
        request.POST or None, choices=choices, initial={"audience": target.audience}
    )
    if request.method == "POST" and form.is_valid():
        try:
            engine.share_record(target, by=person, audience=form.cleaned_data["audience"])
        except Blocked as blocked:
            add_blocks(form, blocked)
        else:
            messages.success(request, _("Saved. The entry says who can see it."))
            return redirect("activities:record", pid)
    beside = judges.taking_part(target.activity, person) if target.activity else []
    names = joined([place.person.name for place in beside])
    return page(request, "record_audience", {"record": target, "form": form, "judges": names})


def delete(request: HttpRequest, pid: str) -> HttpResponse:
    """Delete one's own private reflection for good, after a page that asks."""
    target = get_record(request, pid)
    person: Any = request.user
    require(can_delete_record(person, target))
    if request.method == "POST":
        try:
            engine.delete_reflection(target, by=person)
            messages.success(request, _("The reflection is deleted."))
            return redirect("activities:records")
        except Blocked as blocked:
            say_blocked(request, blocked)
    return page(request, "record_delete", {"record": target})
