"""A lead writes the questions of a draft: every button is a form that works without scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.audits import actions
from apps.audits.actions.building import parts_of
from apps.audits.enums import QuestionKind
from apps.audits.forms import BankForm, OwnTopicForm, PartForm, QuestionForm, TopicsForm
from apps.audits.forms.questions import KINDS_IN_WORDS, NEW
from apps.audits.models import Audit, BankQuestion, Question
from apps.audits.permissions import can_edit
from apps.audits.reading import minutes
from apps.audits.sections import only_for
from apps.audits.templates_data import templates_of
from apps.audits.views.pages import Request, audit_of, posted
from apps.core.ids import key_in
from apps.core.permissions import Refused, get_visible, require

Part = list[Question]


def draft_of(request: Request, pid: str) -> Audit:
    audit = audit_of(request, pid)
    require(can_edit(request.user, audit))
    return audit


@require_GET
def questions(request: Request, pid: str) -> HttpResponse:
    """All sections and questions; ``?at=`` is the button that has the focus."""
    audit = draft_of(request, pid)
    return render(request, "audits/questions.html", _context(audit, request.GET.get("at", "")))


def _context(audit: Audit, at: str = "", said: str = "") -> dict[str, Any]:
    parts = parts_of(audit)
    rows = [(part[0], [(q, only_for(q.for_roles)) for q in part]) for part in parts]
    return {
        "audit": audit,
        "step": 2,
        "parts": rows,
        "count": sum(len(part) for part in parts),
        "minutes": minutes(q.kind for part in parts for q in part),
        "at": at,
        "said": said,
        "old": audit.replaces,
    }


@require_POST
def arrange(request: Request, pid: str) -> HttpResponse:
    """Move or remove: the button's name says what, its value the question."""
    audit = draft_of(request, pid)
    for name, move in MOVES.items():
        if name in request.POST:
            question = _question(audit, request.POST[name])
            place, of = move(by=request.user, question=question)
            said = _("Now %(place)d of %(of)d.") % {"place": place, "of": of}
            return _arranged(request, audit, f"{name}-{question.pk}", said)
    if "remove" in request.POST:
        question = _question(audit, request.POST["remove"])
        beside = _beside(audit, question)
        actions.remove_question(by=request.user, question=question)
        said = _("Removed: %s") % (question.topic or question.text)
        return _arranged(request, audit, f"remove-{beside}" if beside else "", said)
    return redirect("audits:questions", pid)


def _beside(audit: Audit, question: Question) -> int | None:
    """The question after ``question``, or before it: where to go on when it has gone."""
    pks = list(audit.questions.values_list("pk", flat=True))
    place = pks.index(question.pk)
    return next(iter(pks[place + 1 :] or pks[:place][-1:]), None)


def _move(action: Callable[..., tuple[int, int]], way: int) -> Callable[..., tuple[int, int]]:
    return lambda **values: action(way=way, **values)


MOVES: dict[str, Callable[..., tuple[int, int]]] = {
    "up": _move(actions.move_question, actions.UP),
    "down": _move(actions.move_question, actions.DOWN),
    "part-up": _move(actions.move_section, actions.UP),
    "part-down": _move(actions.move_section, actions.DOWN),
}


def _arranged(request: Request, audit: Audit, at: str, said: str) -> HttpResponse:
    """The list again, with the focus where it was."""
    if request.headers.get("HX-Request"):
        return render(request, "audits/builder.html", _context(audit, at, said))
    messages.success(request, said)
    address = reverse("audits:questions", args=[audit.public_id])
    return redirect(f"{address}?{urlencode({'at': at})}#{at}")


def add(request: Request, pid: str) -> HttpResponse:
    """Choose a kind, then write the question (``?kind=&section=``)."""
    audit = draft_of(request, pid)
    kind, section = request.GET.get("kind", ""), request.GET.get("section", "")
    if kind not in QuestionKind.values:
        kinds = [
            (value, QuestionKind(value).label, KINDS_IN_WORDS[value]) for value in KINDS_IN_WORDS
        ]
        context = {"audit": audit, "step": 2, "kinds": kinds, "section": section}
        return render(request, "audits/choose_kind.html", context)
    titles = _titles(audit)
    initial = {"section": section if section in titles else NEW}
    form = QuestionForm(posted(request), kind=kind, audit=audit, titles=titles, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            question = actions.add_question(by=request.user, audit=audit, values=form.values())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, form, question)
    context = {"form": form, "audit": audit, "step": 2, "kind": QuestionKind(kind).label}
    return render(request, "audits/question.html", context, status=422 if form.errors else 200)


def change(request: Request, pid: str, pk: int) -> HttpResponse:
    audit = draft_of(request, pid)
    question = _question(audit, str(pk))
    form = QuestionForm(
        posted(request),
        kind=question.kind,
        audit=audit,
        titles=_titles(audit),
        question=question,
        initial=QuestionForm.initial_of(question),
    )
    if request.method == "POST" and form.is_valid():
        question = actions.change_question(by=request.user, question=question, values=form.values())
        return _saved(request, form, question)
    context = {"form": form, "audit": audit, "step": 2, "question": question}
    return render(request, "audits/question.html", context, status=422 if form.errors else 200)


def _saved(request: Request, form: QuestionForm, question: Question) -> HttpResponse:
    if form.cleaned_data.get("keep"):
        actions.keep_in_bank(by=request.user, question=question)
        messages.success(request, _("Saved, and kept in your question bank."))
    else:
        messages.success(request, _("Saved."))
    return _to_question(question)


def _to_question(question: Question) -> HttpResponse:
    address = reverse("audits:questions", args=[question.audit.public_id])
    return redirect(f"{address}#q{question.pk}")


def part(request: Request, pid: str, pk: int) -> HttpResponse:
    """Rename a section, say whom it is for, or remove it with its questions."""
    audit = draft_of(request, pid)
    question = _question(audit, str(pk))
    rows = next(rows for rows in parts_of(audit) if question in rows)
    if request.method == "POST" and "remove" in request.POST:
        n = actions.remove_section(by=request.user, question=question)
        messages.success(
            request,
            _("Removed “%(title)s” with its questions (%(n)d).")
            % {"title": question.section, "n": n},
        )
        return redirect("audits:questions", pid)
    form = PartForm(posted(request), part=rows)
    if request.method == "POST" and form.is_valid():
        title, roles = form.cleaned_data["title"], form.roles()
        try:
            actions.change_section(by=request.user, question=question, title=title, for_roles=roles)
        except Refused as refusal:
            form.add_error("title", str(refusal))
        else:
            return _to_question(question)
    context = {"form": form, "audit": audit, "step": 2, "question": question, "rows": rows}
    return render(request, "audits/part.html", context, status=422 if form.errors else 200)


@require_POST
def keep(request: Request, pid: str, pk: int) -> HttpResponse:
    audit = draft_of(request, pid)
    question = _question(audit, str(pk))
    actions.keep_in_bank(by=request.user, question=question)
    messages.success(request, _("Kept in your question bank."))
    return _to_question(question)


def bank(request: Request, pid: str) -> HttpResponse:
    """Tick kept questions and add them to a section (``?q=`` finds words in them)."""
    audit = draft_of(request, pid)
    words = request.GET.get("q", "").strip()[:100]
    rows = _kept(request, audit, words)
    form = BankForm(
        posted(request),
        rows=rows,
        titles=_titles(audit),
        initial={"section": request.GET.get("section")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_from_bank(
                by=request.user,
                audit=audit,
                section=form.title(),
                kept=list(form.cleaned_data["kept"]),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Questions added: %d") % len(added))
            return _to_question(added[0]) if added else redirect("audits:questions", pid)
    ticked = set(form["kept"].value() or ())
    context = {
        "form": form,
        "audit": audit,
        "step": 2,
        "words": words,
        "groups": _groups(rows, ticked),
    }
    return render(request, "audits/bank.html", context, status=422 if form.errors else 200)


def _kept(request: Request, audit: Audit, words: str) -> list[BankQuestion]:
    """What the audit may ask and does not yet; another school's are not for it."""
    rows = BankQuestion.objects.visible_to(request.user).offered()
    rows = rows.exclude(pk__in=audit.questions.filter(bank__isnull=False).values("bank"))
    found = rows.select_related("organisation", "alliance")
    if words:
        found = found.filter(text__icontains=words)
    return [row for row in found if _may_ask(audit, row)]


def _may_ask(audit: Audit, row: BankQuestion) -> bool:
    if row.organisation_id is not None:
        return row.organisation_id == audit.organisation_id
    return row.alliance_id in (None, audit.alliance_id) or audit.alliance_id is None


def _groups(
    rows: Sequence[BankQuestion], ticked: set[str]
) -> list[tuple[str, list[tuple[BankQuestion, bool]]]]:
    """Our own first, then each alliance's, then the product's as the templates have them."""
    first_in = templates_of()
    codes = list(first_in)
    found: dict[str, list[tuple[BankQuestion, bool]]] = {}
    own = [row for row in rows if row.organisation or row.alliance]
    ready = [row for row in rows if not (row.organisation or row.alliance) and row.code in codes]
    for row in sorted(own, key=lambda row: row.organisation is None):
        found.setdefault(str(row.organisation or row.alliance), []).append(
            (row, row.public_id in ticked)
        )
    for row in sorted(ready, key=lambda row: codes.index(row.code)):
        found.setdefault(first_in[row.code], []).append((row, row.public_id in ticked))
    return list(found.items())


def topics(request: Request, pid: str) -> HttpResponse:
    audit = draft_of(request, pid)
    form = TopicsForm(posted(request), audit=audit)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_topics(by=request.user, audit=audit, slugs=form.slugs())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("audits:questions", audit.public_id)
    return _topics_page(request, audit, form, OwnTopicForm())


def _topics_page(
    request: Request, audit: Audit, form: TopicsForm, own: OwnTopicForm
) -> HttpResponse:
    context = {"form": form, "own": own, "audit": audit, "step": 2}
    status = 422 if form.errors or own.errors else 200
    return render(request, "audits/topics.html", context, status=status)


@require_POST
def own_topic(request: Request, pid: str) -> HttpResponse:
    """Add a topic of the school's own to the list; an alliance has none."""
    audit = draft_of(request, pid)
    if audit.organisation is None:
        raise Http404
    own = OwnTopicForm(request.POST)
    if not own.is_valid():
        return _topics_page(request, audit, TopicsForm(audit=audit), own)
    data = own.cleaned_data
    topic = actions.add_topic(
        by=request.user,
        organisation=audit.organisation,
        name=data["name"],
        description=data["description"],
    )
    messages.success(request, _("Added to your own topics: %s. Tick it to ask about it.") % topic)
    return redirect(reverse("audits:topics", args=[pid]) + "#div_id_own")


@require_GET
def kept(request: Request) -> HttpResponse:
    """The bank questions of my schools and alliances, offered and retired."""
    rows = BankQuestion.objects.kept_by(request.user).select_related("organisation", "alliance")
    return render(request, "audits/kept.html", {"rows": rows})


@require_POST
def retire(request: Request, pid: str) -> HttpResponse:
    row = get_visible(BankQuestion, request.user, public_id=pid)
    if not BankQuestion.objects.kept_by(request.user).filter(pk=row.pk).exists():
        raise Http404
    actions.retire(by=request.user, kept=row)
    messages.success(request, _("It is not offered any more. Audits that asked it keep it."))
    return redirect("audits:kept")


def _question(audit: Audit, key: str) -> Question:
    rows = audit.questions.select_related("topic", "audit")
    found = rows.filter(pk=key_in(key)).first()
    if found is None:
        raise Http404
    return found


def _titles(audit: Audit) -> list[str]:
    rows = audit.questions.order_by("position", "pk").values_list("section", flat=True)
    return list(dict.fromkeys(rows))
