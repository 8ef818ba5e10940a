"""The product's URLs, and ``/bare/?rows=N``: what a plain Django list costs on this server."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from apps.schools.models import Organisation
from cpdhub.urls import urlpatterns as product

BARE = """<!doctype html><title>Bare</title><table>{% for row in rows %}
<tr><td><a href="/x/{{ row.ref }}/">{{ row.name }}</a></td><td>{{ row.town }}</td>
<td>{{ row.postcode }}</td><td>{{ row.get_phase_display }}</td></tr>{% endfor %}</table>"""


def bare(request: HttpRequest) -> HttpResponse:
    """One signed-in person, one query, as many rows as asked for."""
    rows = Organisation.objects.order_by("pk")[: int(request.GET.get("rows", 50))]
    page = engines["django"].from_string(BARE)
    return HttpResponse(page.render({"rows": rows, "user": request.user}, request))


urlpatterns = [path("bare/", bare, name="bare"), *product]
