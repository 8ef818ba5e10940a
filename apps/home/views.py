"""One home page per role, the switcher, my development, help."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.core.permissions import allowed_if, require
from apps.home import pages
from apps.home.acting import acting_of, switch
from apps.home.pages import development as my_development


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    acting = acting_of(request)
    page = pages.BY_ROLE[acting.role]
    context = page.context(request.user, acting)
    return render(request, f"home/{page.TEMPLATE}.html", context)


@require_POST
def switch_acting(request: HttpRequest) -> HttpResponse:
    """Act elsewhere from now on, beginning at that role's home."""
    require(
        allowed_if(
            switch(request, request.POST.get("acting", "")),
            pages.NOT_YOUR_ROLE,
        )
    )
    return redirect("home:index")


@require_GET
def development(request: HttpRequest) -> HttpResponse:
    return render(request, "home/development.html", my_development.context(request.user))


@login_not_required
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "home/help.html")


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "home/privacy.html")


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "home/accessibility.html")
