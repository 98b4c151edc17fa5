"""Who is who: by channel identity, then by phone, and never by what is masked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from customers.models import Address, ChannelIdentity, Contact, Customer
from customers.receiver import ChannelBuyer, Receiver, Spot, clean_phone, is_phone
from customers.services.identify import identify

HERE = ChannelBuyer("youzan", "44001", "b1")
THERE = ChannelBuyer("tmall", "900", "x9")
NOBODY = ChannelBuyer("manual", "CD01")
WANG = Receiver(
    name="王芳",
    phone="13712345678",
    province="浙江省",
    city="杭州市",
    district="西湖区",
    detail="文三路 8 号",
)

pytestmark = pytest.mark.usefixtures("tenant")


def test_the_same_receiver_again_is_the_same_three_rows():
    assert identify(buyer=HERE, receiver=WANG) == identify(buyer=HERE, receiver=WANG)
    counted = [model.objects.count() for model in (Customer, Contact, Address, ChannelIdentity)]
    assert counted == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("buyer", "receiver", "customers"),
    [
        (THERE, WANG, 1),
        (NOBODY, WANG, 1),
        (NOBODY, replace(WANG, phone="+86 137-1234-5678"), 1),
        (HERE, replace(WANG, phone="13900000000"), 1),
        (THERE, replace(WANG, phone="13900000000"), 2),
        (NOBODY, replace(WANG, phone="137****5678"), 2),
        (NOBODY, replace(WANG, phone=""), 2),
    ],
)
def test_identity_goes_before_phone_and_a_masked_number_recognises_nobody(
    buyer, receiver, customers
):
    identify(buyer=HERE, receiver=WANG)
    identify(buyer=buyer, receiver=receiver)
    assert Customer.objects.count() == customers


def test_a_masked_number_keeps_its_last_four_for_the_search():
    found = identify(buyer=HERE, receiver=replace(WANG, phone="137****5678"))
    assert (found.contact.phone, found.contact.phone_last4) == ("137****5678", "5678")


def test_a_position_that_comes_later_makes_a_known_address_exact():
    first = identify(buyer=HERE, receiver=WANG).address
    assert first.precision == "district"
    spotted = replace(WANG, spot=Spot(120.13, 30.28, "gcj02"))
    again = identify(buyer=HERE, receiver=spotted).address
    assert (again.pk, again.precision) == (first.pk, "exact")


@pytest.mark.parametrize(
    ("receiver", "code", "precision"),
    [
        (WANG, "330106", "district"),
        (replace(WANG, district=""), "330100", "city"),
        (replace(WANG, province="", city="", district="", detail="浙江省杭州市西湖区文三路 8 号"),
         "330106", "district"),
        (replace(WANG, province="", city="", district="", detail="老地方"), "", "none"),
        (replace(WANG, city="", district="", detail="某处"), "330000", "none"),
        (replace(WANG, spot=Spot(0, 0, "gcj02")), "330106", "district"),
        (replace(WANG, division_code="330102"), "330102", "district"),
    ],
)  # fmt: skip
def test_an_address_is_placed_as_well_as_it_is_written(receiver, code, precision):
    address = identify(buyer=HERE, receiver=receiver).address
    assert (address.division_code, address.precision) == (code, precision)
    assert (address.lon is None) == (precision == "none")


@pytest.mark.parametrize(
    ("typed", "number", "callable_number"),
    [
        ("13712345678", "13712345678", True),
        ("+86 137 1234 5678", "13712345678", True),
        ("１３７１２３４５６７８", "13712345678", True),
        ("0571-88888888", "0571-88888888", True),
        ("1.38E+10", "1.38E+10", False),
        ("137****5678", "137****5678", False),
        ("", "", False),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, number, callable_number):
    assert clean_phone(typed) == number
    assert is_phone(number) is callable_number
