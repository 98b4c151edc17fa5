"""A photo field has an example picture: kept small, frozen with the version, shown beside the camera."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from tests.workorders.flow_pages import browser, person
from tests.workorders.own_flows import another, edited, publish
from tests.workorders.test_flow_form_builder import form_of, save
from tests.workorders.walking import arrive
from tests.workorders.world import photo
from workorders.flow import FlowError, read_flow
from workorders.models import ExamplePicture, FlowDraft
from workorders.services.flow_drafts import draft_from_version

pytestmark = pytest.mark.django_db
PLATE = {"label": "铭牌", "kind": "photo", "count": "2", "example": "字要看得清"}
PART = "form.+:on_site"


@pytest.fixture
def draft(world):
    return draft_from_version(version=publish(edited()), actor=person())


def large():
    return photo(30, size=(2400, 1800))


def test_a_picture_that_comes_with_the_form_is_kept_small_and_named_by_its_field(draft):
    answer = save(draft, PART, [PLATE], **{"field-0-upload": large()})
    assert answer.status_code == 200
    kept = ExamplePicture.objects.get()
    assert form_of().fields[0].picture == str(kept.pk)
    assert max(Image.open(kept.file).size) == 480
    assert kept.size_bytes < 40_000
    page = browser(person()).get(f"/orders/flows/drafts/{draft.pk}/?part=form.form")
    # In the row, and as the phone will show it.
    assert page.content.decode().count(f'src="/orders/examples/{kept.pk}/"') == 2


def test_it_stays_until_it_is_replaced_or_taken_out(draft):
    save(draft, PART, [PLATE], **{"field-0-upload": large()})
    first = form_of().fields[0].picture
    plate = {**PLATE, "key": form_of().fields[0].key, "picture": first}
    save(draft, "form.form", [{**plate, "label": "铭牌照"}], 1)
    assert form_of().fields[0].picture == first
    save(draft, "form.form", [plate], 2, **{"field-0-upload": photo(200)})
    second = form_of().fields[0].picture
    assert second not in ("", first)
    save(draft, "form.form", [{**plate, "picture": second, "bare": "on"}], 3)
    assert form_of().fields[0].picture == ""
    assert ExamplePicture.objects.count() == 2


def test_a_picture_is_shown_before_the_form_is_saved_and_follows_its_row(draft):
    """A row that is moved or added asks for the form anew: what was chosen must not be lost."""
    rows = [{"label": "甲", "kind": "text"}, PLATE]
    answer = save(draft, PART, rows, row="up:1", **{"field-1-upload": large()})
    kept = ExamplePicture.objects.get()
    page = answer.content.decode()
    assert f'name="field-0-picture" value="{kept.pk}"' in page
    assert FlowDraft.objects.get().revision == 0


def test_the_same_picture_is_kept_once(draft):
    rows = [PLATE, {**PLATE, "label": "接头"}]
    save(draft, PART, rows, **{"field-0-upload": large(), "field-1-upload": large()})
    kept = ExamplePicture.objects.get()
    assert [field.picture for field in form_of().fields] == [str(kept.pk)] * 2


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0 EPSF-3.0"]
)
def test_what_is_no_picture_is_refused_and_changes_nothing(draft, content):
    upload = SimpleUploadedFile("a.jpg", content, "image/jpeg")
    answer = save(draft, PART, [PLATE], **{"field-0-upload": upload})
    assert answer.status_code == 422
    assert not ExamplePicture.objects.exists()
    assert FlowDraft.objects.get().revision == 0


def test_nobody_who_only_looks_keeps_a_picture(draft):
    out = BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    sent = {"part": PART, "field-0-upload": SimpleUploadedFile("a.png", out.getvalue())}
    looking = browser(person("outlet_manager"))
    assert looking.post(f"/orders/flows/drafts/{draft.pk}/save/", sent).status_code == 403
    assert not ExamplePicture.objects.exists()


@pytest.mark.parametrize("number", ["x", "-1", "1/../2", "１２", "9" * 19])
def test_only_a_number_names_a_picture(number):
    body = edited()
    body["forms"] = [
        {"key": "f", "name": "f", "fields": [{"key": "p", "label": "p", "kind": "photo",
                                              "picture": number}]}
    ]  # fmt: skip
    with pytest.raises(FlowError):
        read_flow(body)


def test_the_phone_shows_it_beside_the_camera(world, draft):
    save(draft, PART, [PLATE], **{"field-0-upload": large()})
    publish(FlowDraft.objects.get().body)
    order = arrive(another(world), world)
    phone = browser(world.installer.user)
    address = f"/orders/examples/{ExamplePicture.objects.get().pk}/"
    page = phone.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert f'<img data-example src="{address}"' in page
    assert phone.get(address)["Content-Type"] == "image/jpeg"
