"""Strict small servers of the five map platforms: they answer as the documentation says, or not at all."""

from __future__ import annotations

import json
import re

from werkzeug.wrappers import Request, Response

from network.geo import Datum, Point, from_wgs84, haversine_m, to_wgs84, wgs84_to_gcj02

KEY = "k" * 32
NAMES = ("amap", "tencent", "baidu", "osrm", "valhalla")
DOOR: Point = (120.1302, 30.2764)
"""Where the written addresses the geocoders know lie (WGS-84)."""

SEEN: list[Point] = []
"""Where the servers were asked about, as WGS-84."""


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


def is_sure(written: str) -> bool:
    """The street with a number is found; anything else at its centre at best."""
    assert 0 < len(written) <= 84
    return "文三路" in written and "号" in written


def amap_place(request: Request) -> Response:
    ask = request.args
    assert ask["output"] == "JSON"
    lon, lat = wgs84_to_gcj02(DOOR)
    found = {
        "formatted_address": ask["address"], "country": "中国", "adcode": "330106",
        "location": f"{lon:.6f},{lat:.6f}",
        "level": "门牌号" if is_sure(ask["address"]) else "区县",
    }  # fmt: skip
    return answer({"status": "1", "info": "OK", "infocode": "10000", "geocodes": [found]})


def tencent_place(request: Request) -> Response:
    sure = is_sure(request.args["address"])
    lon, lat = wgs84_to_gcj02(DOOR)
    result = {
        "location": {"lng": lon, "lat": lat}, "ad_info": {"adcode": "330106"},
        "similarity": 0.9, "deviation": 100, "reliability": 9 if sure else 3, "level": 9,
    }  # fmt: skip
    return answer({"status": 0, "message": "query ok", "result": result})


def baidu_place(request: Request) -> Response:
    ask = request.args
    assert ask["output"] == "json"
    if "nowhere" in ask["address"]:
        return answer({"status": 1, "msg": "nothing found", "results": []})
    lon, lat = from_wgs84(DOOR, Datum.BD09)
    sure = is_sure(ask["address"])
    result = {
        "location": {"lng": lon, "lat": lat},
        "precise": int(sure), "confidence": 80 if sure else 20, "level": "门址",
    }  # fmt: skip
    return answer({"status": 0, "result": result})


def amap(request: Request) -> Response:
    ask = request.args
    if ask["key"] != KEY:
        return answer({"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"})
    if request.path == "/v3/geocode/geo":
        return amap_place(request)
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
    if request.path == "/ws/geocoder/v1/":
        return tencent_place(request)
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
    if request.path == "/geocoding/v3/":
        return baidu_place(request)
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
