"""Travel times from map platforms: strict small servers on a real port, and what stands without one."""

import json
from collections.abc import Callable

import pytest
from django.core.cache import cache
from werkzeug.wrappers import Request, Response

from common.outbox.outside import CallInsideError
from dispatch.engine.travel import Travel
from integrations.client import CallRecord, HttpClient
from integrations.errors import Kind, PlatformError
from integrations.maps import matrix as asking
from integrations.maps.chinese import Amap, Baidu, Tencent
from integrations.maps.matrix import matrix
from integrations.maps.open_source import Osrm, Valhalla
from network.geo import Point, haversine_m
from tests.integrations.map_servers import KEY, NAMES, SEEN, SERVERS, answer, metres, osrm, seconds

HANGZHOU: list[Point] = [(120.1244, 30.2841), (120.2104, 30.2526), (120.1551, 30.1876)]
TRAVEL = Travel(metres_per_hour=20_000)


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()
    SEEN.clear()
    yield
    cache.clear()


@pytest.fixture
def platform(serve):
    """Makes a platform whose server answers by a function; gives it and the calls it got."""
    clients = []

    def make(name: str, answer_by: Callable[[Request], Response] | None = None, key: str = KEY):
        calls: list[CallRecord] = []
        port = serve(answer_by or SERVERS[name])
        client = HttpClient(
            egress_allow=frozenset({("127.0.0.1", port)}), journal=calls.append, repeats=0
        )
        clients.append(client)
        url = f"http://127.0.0.1:{port}"
        keyed = {"amap": Amap, "tencent": Tencent, "baidu": Baidu}
        if name in keyed:
            return keyed[name](client, key=key, base_url=url), calls
        free = {"osrm": Osrm, "valhalla": Valhalla}
        return free[name](client, base_url=url), calls

    yield make
    for client in clients:
        client.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_is_what_the_platform_says_in_both_directions(platform, name):
    on, _calls = platform(name)
    ways = matrix(HANGZHOU, platform=on, travel=TRAVEL)
    assert (ways.source, ways.estimated) == (name, frozenset())
    assert all(min(haversine_m(seen, each) for each in HANGZHOU) <= 1 for seen in SEEN)
    assert SEEN
    for a, begins in enumerate(HANGZHOU):
        for b, ends in enumerate(HANGZHOU):
            if a == b:
                assert (ways.seconds[a][b], ways.metres[a][b]) == (0, 0)
                continue
            assert ways.metres[a][b] == pytest.approx(metres(begins, ends), abs=3)
            parked = seconds(begins, ends) + TRAVEL.setup_s
            assert ways.seconds[a][b] == pytest.approx(parked, abs=2)


@pytest.mark.parametrize(("name", "calls_needed"), [
    ("amap", 30), ("tencent", 4), ("baidu", 9), ("osrm", 1), ("valhalla", 1),
])  # fmt: skip
def test_many_points_are_asked_in_as_few_calls_as_the_limits_allow(platform, name, calls_needed):
    on, calls = platform(name)
    line = [(120.0 + n / 100, 30.0) for n in range(30)]
    ways = matrix(line, platform=on, travel=TRAVEL)
    assert ways.estimated == frozenset()
    assert len(calls) == calls_needed
    assert ways.metres[3][29] == pytest.approx(metres(line[3], line[29]), abs=3)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_of_this_hour_is_not_asked_again(platform, name):
    on, calls = platform(name)
    first = matrix(HANGZHOU, platform=on, travel=TRAVEL)
    asked = len(calls)
    next_door = [(lon + 0.00001, lat) for lon, lat in HANGZHOU]
    assert matrix(next_door, platform=on, travel=TRAVEL).seconds == first.seconds
    assert len(calls) == asked
    matrix([*HANGZHOU, (120.3, 30.3)], platform=on, travel=TRAVEL)
    assert len(calls) > asked


BROKEN = {
    "in trouble": lambda _request: Response("no", status=503),
    "no json": lambda _request: Response("<html>"),
    "another form": lambda _request: answer({"status": 0, "infocode": "10000", "code": "Ok"}),
    "too short": lambda _request: answer(
        {
            "status": 0, "infocode": "10000", "code": "Ok", "results": [], "result": [],
            "durations": [], "distances": [], "sources_to_targets": [],
        }
    ),
    "nonsense": lambda _request: answer(
        {
            "status": 0, "infocode": "10000", "code": "Ok",
            "results": [{"origin_id": "1", "distance": "-5", "duration": "x"}],
            "result": [{"distance": {"value": True}, "duration": {"value": 1}}],
            "durations": [["x"]], "distances": [[1e99]], "sources_to_targets": [[{"time": 1, "distance": True}] * 3] * 3,
        }
    ),
}  # fmt: skip


@pytest.mark.parametrize("trouble", sorted(BROKEN))
@pytest.mark.parametrize("name", NAMES)
def test_any_trouble_leaves_the_figures_of_the_city(platform, name, trouble):
    on, calls = platform(name, BROKEN[trouble])
    ways = matrix(HANGZHOU, platform=on, travel=TRAVEL)
    assert ways == matrix(HANGZHOU, platform=None, travel=TRAVEL)
    assert ways.source == "estimate"
    assert ways.seconds[0][1] == TRAVEL.seconds(HANGZHOU[0], HANGZHOU[1])
    assert calls


def test_nobody_listening_leaves_the_figures_of_the_city(platform):
    on, _calls = platform("osrm")
    far = Osrm(HttpClient(repeats=0), base_url="http://127.0.0.1:9")
    assert matrix(HANGZHOU, platform=far, travel=TRAVEL).source == "estimate"
    assert on.name == far.name


@pytest.mark.parametrize("name", ["amap", "tencent", "baidu"])
def test_a_wrong_key_is_told_from_other_refusals(platform, name):
    on, _calls = platform(name, key="wrong")
    with pytest.raises(PlatformError) as refused:
        on.legs(HANGZHOU[:1], HANGZHOU[1:2])
    assert refused.value.kind is Kind.AUTH
    assert "wrong" not in str(refused.value)
    assert matrix(HANGZHOU, platform=on, travel=TRAVEL).source == "estimate"


def test_a_pair_without_a_road_is_estimated_alone_and_not_asked_again(platform):
    def island(request: Request) -> Response:
        body = json.loads(osrm(request).get_data())
        for table in ("durations", "distances"):
            body[table][0][1] = None
        return answer(body)

    on, calls = platform("osrm", island)
    for _ in range(2):
        ways = matrix(HANGZHOU, platform=on, travel=TRAVEL)
        assert (ways.source, ways.estimated) == ("osrm", {(0, 1)})
        assert ways.metres[0][1] == TRAVEL.metres(HANGZHOU[0], HANGZHOU[1])
    assert len(calls) == 1


def test_after_a_failed_call_no_further_one_is_made(platform):
    on, calls = platform("amap", BROKEN["in trouble"])
    matrix(HANGZHOU, platform=on, travel=TRAVEL)
    assert len(calls) == 1


def test_a_whole_days_pairs_are_never_asked(platform):
    on, calls = platform("osrm")
    many = [(120.0 + n / 100, 30.0) for n in range(52)]
    assert len(many) * (len(many) - 1) > asking.MOST_PAIRS
    assert matrix(many, platform=on, travel=TRAVEL).source == "estimate"
    assert calls == []


@pytest.mark.parametrize("name", NAMES)
def test_more_than_one_call_may_hold_is_our_own_mistake(platform, name):
    on, calls = platform(name)
    with pytest.raises(ValueError, match="at once"):
        on.legs([HANGZHOU[0]] * (on.limits.sources + 1), HANGZHOU[:1])
    assert calls == []


def test_a_call_inside_a_handlers_transaction_is_stopped_and_not_hidden(serve):
    def stop() -> None:
        raise CallInsideError("outside")

    on = Osrm(HttpClient(leave=stop), base_url="http://127.0.0.1:9")
    with pytest.raises(CallInsideError):
        matrix(HANGZHOU, platform=on, travel=TRAVEL)
