"""The table of divisions, look-up by fields and reading of written addresses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.divisions import (
    Ambiguous,
    Level,
    Located,
    NotFound,
    children,
    city_of,
    division,
    divisions,
    find,
    locate,
    path,
)
from network.divisions.city_levels import cities_with_levels, default_city_level


def test_the_table_holds_every_province_and_about_three_thousand_districts():
    assert len(list(divisions(Level.PROVINCE))) == 34
    assert len(list(divisions(Level.CITY))) > 330
    assert len(list(divisions(Level.DISTRICT))) > 2_900


def test_every_division_hangs_under_a_wider_one_and_has_a_centre_in_china():
    for each in divisions():
        assert (each.parent == "") == (each.level is Level.PROVINCE)
        assert each.parent == "" or division(each.parent) is not None
        assert 73 < each.point[0] < 136
        assert 3 < each.point[1] < 54


def test_a_county_governed_by_its_province_is_its_own_city():
    assert [step.name for step in path("429004")] == ["湖北省", "仙桃市"]
    assert city_of("429004") == division("429004")
    assert city_of("330106") == division("330100")
    assert city_of("330000") is None


def test_a_former_code_leads_to_the_division_of_today():
    assert division("510132") == division("510118")
    assert division("320602") == division("320613")
    assert division("999999") is None
    assert path("999999") == ()


def test_the_children_of_nothing_are_the_provinces():
    assert len(children("")) == 34
    assert "西湖区" in {each.name for each in children("330100")}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (("浙江省", "杭州市", "西湖区"), "330106"),
        (("浙江", "杭州", "西湖"), "330106"),
        (("北京市", "北京市", "朝阳区"), "110105"),
        (("北京", "", "朝阳区"), "110105"),
        (("上海市", "市辖区", "浦东新区"), "310115"),
        (("上海", "上海市", ""), "310100"),
        (("上海", "", ""), "310100"),
        (("重庆市", "县", "忠县"), "500233"),
        (("湖北省", "", "仙桃市"), "429004"),
        (("湖北省", "省直辖县级行政区划", "潜江市"), "429005"),
        (("海南省", "", "琼海市"), "469002"),
        (("吉林省", "吉林市", "昌邑区"), "220202"),
        (("吉林", "吉林", ""), "220200"),
        (("青海省", "海南", "共和县"), "632521"),
        (("四川省", "成都市", "新津县"), "510118"),
        (("浙江省", "杭州市", "下城区"), "330105"),
        (("浙江省", "杭州市", "其它区"), "330100"),
        (("浙江省", "杭州市", "不存在区"), "330100"),
        (("广东省", "东莞市", "长安镇"), "441900"),
        (("湖北", "恩施州", "利川"), "422802"),
        (("内蒙古", "呼和浩特", "新城区"), "150102"),
        (("广西壮族自治区", "南宁市", "青秀区"), "450103"),
    ],
)
def test_a_division_is_found_from_the_fields_as_shops_write_them(fields, code):
    found = find(*fields)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("fields", [("", "", "鼓楼区"), ("火星省", "", ""), ("", "", "")])
def test_nothing_is_guessed_from_a_twin_name_or_an_unknown_province(fields):
    assert find(*fields) is None


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        # New districts and former names.
        ("杭州市临平区南苑街道迎宾路100号", "330113", "南苑街道迎宾路100号"),
        ("四川省成都市新津县五津镇", "510118", "五津镇"),
        ("杭州市下城区武林路", "330105", "武林路"),
        ("浙江省宁波市江东区百丈路", "330212", "百丈路"),
        ("南昌市红谷滩新区", "360113", ""),
        # Roads named after cities.
        ("青岛市市南区香港中路76号", "370202", "香港中路76号"),
        ("上海市南京东路300号", "310100", "南京东路300号"),
        ("长春市朝阳区重庆路", "220104", "重庆路"),
        ("新疆石河子市北四路", "659001", "北四路"),
        # Name and phone in front.
        ("张三 13812345678 浙江省杭州市西湖区文三路90号", "330106", "文三路90号"),
        ("李四,138****1234,广东省深圳市南山区科技园", "440305", "科技园"),
        ("收货人：王五，电话：13900001111，地址：浙江省温州市鹿城区车站大道", "330302", "车站大道"),
        ("王先生13812345678江苏省苏州工业园区星湖街", "320576", "星湖街"),
        # Levels missing, short names.
        ("浙江杭州西湖文三路", "330106", "文三路"),
        ("苏州市工业园区星湖街", "320576", "星湖街"),
        ("湖北省省直辖县级行政区划仙桃市干河街道", "429004", "干河街道"),
        ("北京市市辖区朝阳区望京街", "110105", "望京街"),
        ("昆山市玉山镇", "320583", "玉山镇"),
        ("江苏省昆山市玉山镇", "320583", "玉山镇"),
        ("浙江省西湖区", "330106", ""),
        ("东莞市南城区鸿福路", "441900", "南城区鸿福路"),
        # One name on two levels.
        ("吉林市昌邑区吉林大街", "220202", "吉林大街"),
        ("吉林", "220000", ""),
        ("海南", "460000", ""),
        ("恩施州利川市", "422802", ""),
        ("中国广西壮族自治区南宁市青秀区民族大道", "450103", "民族大道"),
    ],
)
def test_an_address_is_placed_in_the_division_it_names(text, code, rest):
    found = locate(text)
    assert isinstance(found, Located)
    assert (found.code, found.rest) == (code, rest)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("朝阳区建国路88号", ("110105", "220104")),
        ("西湖区文三路1号", ("330106", "360103")),
        ("鼓楼区中山路2号", ("320106", "320302", "350102", "410204")),
        ("江苏省鼓楼区中山路2号", ("320106", "320302")),
    ],
)
def test_a_twin_district_without_its_city_is_ambiguous_and_never_guessed(text, codes):
    found = locate(text)
    assert isinstance(found, Ambiguous)
    assert found.codes == codes


@pytest.mark.parametrize(
    "text",
    ["", "  ", "南京东路300号", "北京路12号", "重庆中路5号", "幸福小区3栋", "13812345678", "路"],
)
def test_a_road_named_after_a_city_is_no_city(text):
    assert isinstance(locate(text), NotFound)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text):
    assert isinstance(locate(text), Located | Ambiguous | NotFound)


def test_every_district_is_found_again_from_its_full_path():
    for each in divisions(Level.DISTRICT):
        steps = path(each.code)
        found = locate("".join(step.name for step in steps) + "人民路1号")
        assert isinstance(found, Located)
        assert (found.code, found.rest) == (each.code, "人民路1号"), each
        names = [step.name for step in steps]
        assert find(names[0], names[1] if len(names) == 3 else "", names[-1]) == each


def test_a_district_whose_centre_is_unknown_says_so():
    found = locate("江苏省连云港市连云港经济技术开发区")
    assert isinstance(found, Located)
    assert found.precision is Level.CITY


@pytest.mark.parametrize(
    ("code", "level", "price_band", "cost_level"),
    [
        ("110105", "T1", 12, 5),
        ("440305", "T1", 11, 5),
        ("330106", "NT1", 10, 4),
        ("610112", "NT1", 9, 4),
        ("370102", "T2", 7, 3),
        ("341102", "T3", 5, 2),
        ("429004", "T4", 3, 1),
        ("000000", "T4", 3, 1),
    ],
)
def test_a_city_starts_with_the_level_of_the_table(code, level, price_band, cost_level):
    found = default_city_level(code)
    assert (found.code, found.price_band, found.cost_level) == (level, price_band, cost_level)


def test_every_city_named_in_the_levels_exists_and_every_band_is_between_1_and_12():
    seen = dict(cities_with_levels())
    assert all(1 <= level.price_band <= 12 for level in seen.values())
    counted = [level.code for level in seen.values()]
    assert (counted.count("T1"), counted.count("NT1")) == (4, 15)
    assert (counted.count("T2"), counted.count("T3")) == (30, 70)
