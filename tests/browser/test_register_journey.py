"""An operator uploads a download of the register, looks, confirms and sees what came of it."""

from pathlib import Path

import pytest
from django.urls import reverse

from apps.core import clock, jobs
from apps.schools.models import FileImport, Organisation
from tests import factories as f
from tests.support.pages import on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SURREY = Path(__file__).parents[1] / "data" / "gias" / "surrey.csv"


@on_a_phone
def test_the_register_from_upload_to_result(page, sign_in, look, tmp_path):
    f.SchoolFactory(urn="20115", name="Old name of the centre", town="Ash")
    sign_in(f.PersonFactory(is_staff=True))
    page.goto(reverse("schools:register_import"))
    look("upload")
    page.get_by_label("Download of the register").set_input_files(
        {"name": "x.csv", "mimeType": "text/csv", "buffer": b"Name,Town\nA,B\n"}
    )
    page.get_by_role("button", name="Upload and compare").click()
    assert "no column called URN" in page.content()
    bad = SURREY.read_bytes() + b'12,"x"\r\n,"=1+1"\r\n'
    page.get_by_label("Download of the register").set_input_files(
        {"name": "surrey.csv", "mimeType": "text/csv", "buffer": bad}
    )
    page.get_by_role("button", name="Upload and compare").click()
    look("comparing")
    known = FileImport.objects.get()
    jobs.run(known.preview_job.pk, clock.now())
    page.get_by_role("link", name="See what would change").click(timeout=15_000)
    look("preview")
    assert Organisation.objects.count() == 1
    assert page.get_by_text("Old name of the centre").is_visible()
    page.get_by_role("button", name="Confirm and import").click()
    look("importing")
    known.refresh_from_db()
    jobs.run(known.job.pk, clock.now())
    page.get_by_role("link", name="See what came of it").click(timeout=15_000)
    look("result")
    known.refresh_from_db()
    assert known.result["created"] == Organisation.objects.count() - 1
    assert (known.result["updated"], known.result["rejected"]) == (1, 2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download (CSV)").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Row", "24", "25"]
    page.goto(reverse("schools:register_import"))
    look("history")
