"""Changes to the two trees, to their lists and to what joins them."""

from network.services.placing import place_node
from network.services.seeding import seed_regions

__all__ = ["place_node", "seed_regions"]
