"""Travel times from map platforms: strict small servers on a real port, and what stands without one."""

import json
import re
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
from network.geo import Datum, Point, haversine_m, to_wgs84

HANGZHOU: list[Point] = [(120.1244, 30.2841), (120.2104, 30.2526), (120.1551, 30.1876)]
TRAVEL = Travel(metres_per_hour=20_000)
KEY = "k" * 32
NAMES = ("amap", "tencent", "baidu", "osrm", "valhalla")


SEEN: list[Point] = []
"""Where the servers were asked about, as WGS-84."""


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()
    SEEN.clear()
    yield
    cache.clear()


def metres(a: Point, b: Point) -> int:
    """What a platform says: half as long again as the crow flies, and a kilometre more eastwards."""
    return haversine_m(a, b) * 3 // 2 + (1_000 if b[0] > a[0] else 0)


def seconds(a: Point, b: Point) -> int:
    return metres(a, b) // 10


def read_points(text: str, between: str, datum: Datum, *, lat_first: bool) -> list[Point]:
    found = []
    for one in text.split(between):
        assert re.fullmatch(r"\d+\.\d{1,6},\d+\.\d{1,6}", one), one
        first, second = map(float, one.split(","))
        point = (second, first) if lat_first else (first, second)
        assert point[0] > 100 > point[1], "longitude and latitude are swapped"
        found.append(to_wgs84(point, datum))
    SEEN.extend(found)
    return found


def answer(body: object) -> Response:
    return Response(json.dumps(body), content_type="application/json")


def amap(request: Request) -> Response:
    ask = request.args
    if ask["key"] != KEY:
        return answer({"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"})
    assert (request.path, ask["type"]) == ("/v3/distance", "1")
    sources = read_points(ask["origins"], "|", Datum.GCJ02, lat_first=False)
    (target,) = read_points(ask["destination"], "|", Datum.GCJ02, lat_first=False)
    assert len(sources) <= 100
    rows = [
        {
            "origin_id": str(n),
            "dest_id": "1",
            "distance": str(metres(each, target)),
            "duration": str(seconds(each, target)),
        }
        for n, each in enumerate(sources, 1)
    ]
    return answer({"status": "1", "info": "OK", "infocode": "10000", "results": rows[::-1]})


def tencent(request: Request) -> Response:
    ask = request.args
    if ask["key"] != KEY:
        return answer({"status": 311, "message": "key"})
    assert (request.path, ask["mode"]) == ("/ws/distance/v1/matrix", "driving")
    sources = read_points(ask["from"], ";", Datum.GCJ02, lat_first=True)
    targets = read_points(ask["to"], ";", Datum.GCJ02, lat_first=True)
    assert len(sources) * len(targets) <= 625
    rows = [
        {"elements": [{"distance": metres(a, b), "duration": seconds(a, b)} for b in targets]}
        for a in sources
    ]
    return answer({"status": 0, "message": "query ok", "result": {"rows": rows}})


def baidu(request: Request) -> Response:
    ask = request.args
    if ask["ak"] != KEY:
        return answer({"status": 200, "message": "APP"})
    assert (request.path, ask["coord_type"]) == ("/routematrix/v2/driving", "bd09ll")
    sources = read_points(ask["origins"], "|", Datum.BD09, lat_first=True)
    targets = read_points(ask["destinations"], "|", Datum.BD09, lat_first=True)
    assert len(sources) * len(targets) <= 100
    found = [
        {
            "distance": {"text": "", "value": metres(a, b)},
            "duration": {"text": "", "value": seconds(a, b)},
        }
        for a in sources
        for b in targets
    ]
    return answer({"status": 0, "message": "成功", "result": found})


def osrm(request: Request) -> Response:
    ask = request.args
    path = re.fullmatch(r"/table/v1/driving/(.+)", request.path)
    assert path
    assert ask["annotations"] == "duration,distance"
    points = read_points(path[1], ";", Datum.WGS84, lat_first=False)
    assert len(points) <= 100
    sources = [points[int(n)] for n in ask["sources"].split(";")]
    targets = [points[int(n)] for n in ask["destinations"].split(";")]
    return answer(
        {
            "code": "Ok",
            "durations": [[float(seconds(a, b)) for b in targets] for a in sources],
            "distances": [[float(metres(a, b)) for b in targets] for a in sources],
        }
    )


def valhalla(request: Request) -> Response:
    ask = request.get_json()
    assert (request.path, request.method) == ("/sources_to_targets", "POST")
    assert (ask["costing"], ask["units"]) == ("auto", "kilometers")
    sources, targets = (
        [(each["lon"], each["lat"]) for each in ask[side]] for side in ("sources", "targets")
    )
    SEEN.extend(sources)
    rows = [
        [
            {"from_index": m, "to_index": n, "time": seconds(a, b), "distance": metres(a, b) / 1000}
            for n, b in enumerate(targets)
        ]
        for m, a in enumerate(sources)
    ]
    return answer({"sources_to_targets": rows, "units": "kilometers"})


SERVERS = {
    "amap": amap, "tencent": tencent, "baidu": baidu, "osrm": osrm, "valhalla": valhalla,
}  # fmt: skip


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
