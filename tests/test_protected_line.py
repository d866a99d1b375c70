"""Names that must never be reported, against the whole line from the first question to what is ready."""

import random
from pathlib import Path

import pytest

from bench.protected_names import passes, protected_names, spelled, tenants
from scamhunt import desk, desk_reports, pipeline, reference
from scamhunt.errors import NotAllowedNow, NotFound, Refused
from scamhunt.material import Material
from scamhunt.model import Actor
from scamhunt.settings import Settings
from scamhunt.takedown.kinds import OF_NAMES, RecipientKind

SAMPLE = 600
ANN = Actor("ann", "os_user")


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """Return what reports are made from, with the bundled packs."""
    folder = tmp_path_factory.mktemp("bundled")
    settings = Settings(home=folder / "home", overlay=folder / "overlay")
    return Material.of(settings, reference.brands(settings))


def test_no_protected_name_gets_beyond_the_first_question(material: Material) -> None:
    """Of lists, official domains and official numbers a seeded sample, in several spellings, for every kind."""
    names = sorted(set(protected_names(material)))
    assert len(names) > 14_000
    chosen = spelled(material, random.Random(7).sample(names, SAMPLE), 7)
    kinds = [kind for kind in RecipientKind if kind is not RecipientKind.DO_NOT_ORIGINATE]
    assert [(name, kind) for name in chosen for kind in kinds if passes(material, name, kind)] == []


def test_no_tenant_gets_to_the_registrar_of_the_whole(material: Material) -> None:
    """Two thousand names on shared platforms, in several spellings."""
    names = spelled(material, tenants(material, 2_000, 7), 7)
    assert len(names) > 1_500
    assert [name for name in names if passes(material, name, RecipientKind.REGISTRAR)] == []


def test_without_a_person_nothing_becomes_ready(tmp_path: Path) -> None:
    """What a sweep makes of honest names, tenants and protected ones: not one draft, whichever kind is asked for."""
    pack = tmp_path / "pack.toml"
    pack.write_text('[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n')
    settings = Settings(home=tmp_path / "home", overlay=tmp_path / "overlay", brands=(pack,))
    names = ["amazon.com", "amazon-refund-desk.com", "amazon-login.web.app", "orange-juice-delivery.example", "bund.de"]
    (tmp_path / "list.txt").write_text("\n".join(names))
    pipeline.sweep(settings, feeds=[str(tmp_path / "list.txt")])
    with desk.open_store(settings) as store:
        for name in names:
            for kind in OF_NAMES:
                with pytest.raises((Refused, NotFound, NotAllowedNow)):
                    desk_reports.draft_report(
                        store, settings, ANN, name, kind=kind, to="abuse@desk.example", observed="a login form"
                    )
        assert store.reports() == []
