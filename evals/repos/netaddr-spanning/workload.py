"""Find the smallest network around many addresses."""

import random

from netaddr import IPNetwork, spanning_cidr

dice = random.Random(3)
for size in (2, 5, 40, 400, 900):
    addresses = [f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(256)}" for _ in range(size)]
    assert spanning_cidr(addresses).version == 4
    assert spanning_cidr([IPNetwork(each) for each in addresses]) == spanning_cidr(addresses)
assert str(spanning_cidr(["fe80::1", "fe80::ffff"])) == "fe80::/112"
