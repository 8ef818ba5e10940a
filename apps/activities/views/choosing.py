"""Help me choose: from five plain answers to a kind of activity."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.activities import choosing, kinds
from apps.activities.forms.choosing import ChooseForm
from apps.activities.permissions import can_start
from apps.activities.views.common import page
from apps.audits.models import Goal, Need
from apps.core.permissions import require


def choose(request: HttpRequest) -> HttpResponse:
    """GET: ``problem``, ``staff``, ``minutes``, ``reach``, ``aim``: the answers; ``need`` and
    ``goal`` (public ids) go on to the page that starts an activity."""
    person: Any = request.user
    require(can_start(person))
    form = ChooseForm(request.GET)
    answers = form.answers
    every = kinds.all_kinds()
    found = choosing.propose(answers, every) if answers.given else []
    served = _served(person, request)
    context = {
        "form": form,
        "said": form.said,
        "need": served.get("need"),
        "goal": served.get("goal"),
        "fitting": [_shown(p, served) for p in found if p.fits_well],
        "less": [_shown(p, served) for p in found if not p.fits_well],
        "others": [(kind, _start_url(kind.slug, served)) for kind in choosing.others(every)],
        "again_url": f"{request.path}?{urlencode(_kept(served))}" if served else request.path,
    }
    return page(request, "choose", context)


def _served(person: Any, request: HttpRequest) -> dict[str, Any]:
    """The need and goal named in the address, where ``person`` may see them."""
    models: dict[str, Any] = {"need": Need, "goal": Goal}
    found = {
        name: model.objects.visible_to(person).filter(public_id=request.GET[name]).first()
        for name, model in models.items()
        if request.GET.get(name)
    }
    return {name: row for name, row in found.items() if row is not None}


def _kept(served: dict[str, Any]) -> dict[str, str]:
    return {name: row.public_id for name, row in served.items()}


def _start_url(slug: str, served: dict[str, Any]) -> str:
    return f"{reverse('activities:new')}?{urlencode({'kind': slug, **_kept(served)})}"


def _shown(proposal: choosing.Proposal, served: dict[str, Any]) -> dict[str, Any]:
    return {"proposal": proposal, "start_url": _start_url(proposal.kind.slug, served)}
