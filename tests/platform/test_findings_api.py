"""Findings for programs: the same rows, the same rules, and runs that arrive as archives."""

import io
import json
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from made_people import appoint, organisation, person, sign_in
from made_run import made_run

from hustings.apps.findings import upload
from hustings.apps.findings.models import Run
from hustings.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def programs(client, django_user_model):
    """A signed-in analyst, and one of another organisation."""
    from django.test import Client

    made = {}
    for name, at, kind in (("Anna", "Meridian", "company"), ("Jonas", "Lab", "research")):
        who = person(name)
        appoint(who, organisation(at, kind))
        made[name.lower()] = Client(enforce_csrf_checks=False)
        sign_in(made[name.lower()], who)
    return made


def archive(folder, *, inside="run/", more=()):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for place in sorted(folder.iterdir()):
            file.write(place, inside + place.name)
        for name, content in more:
            file.writestr(name, content)
    return packed.getvalue()


def send(client, content, **fields):
    return client.post("/api/runs", {"archive": SimpleUploadedFile("run.zip", content), **fields})


def test_a_run_goes_in_as_an_archive_and_comes_out_row_for_row(programs, tmp_path):
    anna, jonas = programs["anna"], programs["jonas"]
    content = archive(made_run(tmp_path / "run"))
    made = send(anna, content)
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["findings"], told["members"], told["links"], told["evidence"], told["already"]) == (2, 5, 5, 12, False)
    again = send(anna, content)
    assert (again.status_code, again.json()["already"]) == (200, True)
    findings = anna.get(f"/api/findings?run={told['run']}").json()["findings"]
    assert sorted(each["finding"] for each in findings) == [0, 1]
    first = next(each for each in findings if each["finding"] == 0)
    base = f"/api/findings/{first['id']}"
    rows, after = [], 0
    while after is not None:
        page = anna.get(f"{base}/evidence?limit=4&after={after}").json()
        rows, after = rows + page["evidence"], page["next"]
    assert [row["number"] for row in rows] == list(range(9))
    assert len(anna.get(f"{base}/members").json()["members"]) == 3
    assert len(anna.get(f"{base}/links").json()["links"]) == 3
    assert first["layers"]["link"] == {"links": 3, "p": 1e-9, "share": 0.667}
    (leader,), (ahead,) = (anna.get(f"{base}/leads").json()[name] for name in ("leads", "led"))
    assert (leader["led"], leader["acts"], leader["pseudonym"]) == (8, 9, ahead), (
        "only who is first more often than by lot"
    )
    exported = anna.get(f"{base}/export/evidence/json")
    assert len(json.loads(exported.content)["evidence"]) == 9
    assert anna.get("/api/runs").json()["runs"][0]["id"] == told["run"]
    nowhere = strip(jonas.get(f"/api/findings/{uuid.uuid4()}"))
    for address in (
        base,
        f"{base}/members",
        f"{base}/links",
        f"{base}/evidence",
        f"{base}/leads",
        f"{base}/export/links/csv",
        f"/api/runs/{told['run']}",
    ):
        response = jonas.get(address)
        assert response.status_code == 404
        assert strip(response) == nowhere
    assert jonas.get("/api/findings").json()["findings"] == []
    assert jonas.get("/api/runs").json()["runs"] == []


def strip(response):
    """An answer without the name of its request."""
    return {name: value for name, value in response.json().items() if name != "request"}


def test_an_archive_that_is_no_run_is_refused_and_leaves_nothing(programs, tmp_path, monkeypatch):
    anna = programs["anna"]
    folder = made_run(tmp_path / "run")
    sent = {
        "something else": b"not an archive",
        "the file 'passwd'": archive(folder, more=[("run/passwd", "x")]),
        "several folders": archive(folder, more=[("../../run.json", "x")]),
        "no such file": archive(made_run(tmp_path / "less", after=lambda place: (place / "links.parquet").unlink())),
    }
    for said, content in sent.items():
        response = send(anna, content)
        assert response.status_code == 422, said
    monkeypatch.setattr(upload, "LARGEST_UNPACKED", 2000)
    assert send(anna, archive(folder)).status_code == 422
    assert Run.objects.count() == 0


def test_an_archive_that_lies_about_its_size_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("run.json", b"0" * 5000)
    lie = packed.getvalue().replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != packed.getvalue()
    with pytest.raises(BadInput, match="broken"), upload.unpacked(io.BytesIO(lie), len(lie)):
        pass


def test_a_marking_that_is_not_known_is_a_problem_with_its_name(programs, tmp_path):
    content = archive(made_run(tmp_path / "run"))
    response = send(programs["anna"], content, owner="Nobody")
    assert response.status_code == 422
    assert "owner" in response.json()["problems"][0]["where"]
    assert send(programs["anna"], content, tlp="purple").status_code == 422
