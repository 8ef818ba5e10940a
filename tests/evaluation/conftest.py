import pytest


@pytest.fixture(autouse=True)
def media(settings, tmp_path, request):
    """PDFs of a test lie in its own folder, unless a worker has to find them too."""
    if "celery_worker_process" not in request.fixturenames:
        settings.MEDIA_ROOT = tmp_path / "media"
