"""A form whose text must survive, with nothing else around it."""

import uuid

from django import forms
from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import RequestContext, Template
from django.urls import path

from apps.core.forms import ClientKeyMixin, HubForm
from cpdhub import urls

PAGE = """{% extends "base.html" %}{% load static ui %}
{% block title %}Log an observation{% endblock %}
{% block scripts %}<script src="{% static "drafts.js" %}" defer></script>{% endblock %}
{% block content %}<form method="post" novalidate data-draft="log" data-remember="log">
{% csrf_token %}
{% include "components/draft_status.html" %}{% form_fields form %}
<div class="actions"><button class="btn" name="go" value="on">Save</button></div></form>
{% include "components/unsent_drafts.html" %}{% endblock %}"""
EDIT = """{% extends "base.html" %}{% load static ui %}
{% block title %}Change the words{% endblock %}
{% block scripts %}<script src="{% static "drafts.js" %}" defer></script>{% endblock %}
{% block content %}{% if theirs %}<p role="alert">Saved elsewhere: {{ theirs.text }}</p>{% endif %}
<form method="post" novalidate data-draft="edit">{% csrf_token %}
{% include "components/draft_status.html" %}{% form_fields form %}
<button class="btn">Save</button></form>{% endblock %}"""
HOME = '{% extends "base.html" %}{% block title %}Home{% endblock %}'

arrived: dict[uuid.UUID, str] = {}
posts: list[uuid.UUID] = []


class LogForm(ClientKeyMixin, HubForm):
    point = forms.ChoiceField(label="Point", choices=[("", "Choose"), ("a", "Wait time")])
    text = forms.CharField(label="What you saw", widget=forms.Textarea, min_length=3)


def log(request: HttpRequest) -> HttpResponse:
    form = LogForm(request.POST) if request.method == "POST" else LogForm()
    if form.is_bound and form.is_valid():
        key = form.cleaned_data["client_key"]
        posts.append(key)
        arrived.setdefault(key, form.cleaned_data["text"])
        success(request, "Saved.")
        return redirect("/test-home/")
    page = Template(PAGE).render(RequestContext(request, {"form": form}))
    return HttpResponse(page, status=422 if form.is_bound else 200)


stored = {"text": "As it was.", "version": 1}


class EditForm(HubForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label="Text", widget=forms.Textarea)


def edit(request: HttpRequest) -> HttpResponse:
    form = EditForm(request.POST or None, initial=stored)
    if not form.is_valid():
        page = Template(EDIT).render(RequestContext(request, {"form": form}))
        return HttpResponse(page)
    if form.cleaned_data["version"] != stored["version"]:
        form.data = {**request.POST.dict(), "version": stored["version"]}
        page = Template(EDIT).render(RequestContext(request, {"form": form, "theirs": stored}))
        return HttpResponse(page, status=409)
    stored.update(text=form.cleaned_data["text"], version=form.cleaned_data["version"] + 1)
    return redirect("/test-home/")


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Template(HOME).render(RequestContext(request)))


urlpatterns = [
    path("test-home/", home),
    path("test-log/", log),
    path("test-edit/", edit),
    *urls.urlpatterns,
]
