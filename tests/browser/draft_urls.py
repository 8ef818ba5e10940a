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


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Template(HOME).render(RequestContext(request)))


urlpatterns = [path("test-home/", home), path("test-log/", log), *urls.urlpatterns]
