"""China's provinces, cities and districts with codes, centres, old names and an address parser."""

from network.divisions.address import Ambiguous, Located, NotFound, locate
from network.divisions.atlas import Division, Level, children, city_of, division, divisions, path
from network.divisions.lookup import find

__all__ = [
    "Ambiguous",
    "Division",
    "Level",
    "Located",
    "NotFound",
    "children",
    "city_of",
    "division",
    "divisions",
    "find",
    "locate",
    "path",
]
