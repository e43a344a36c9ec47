"""Networks of both families, near and far."""

import random

ENTRY = "hidden:spanning"
USES = "netaddr.ip"


def spanning(networks):
    from netaddr import spanning_cidr

    found = spanning_cidr(networks)
    return str(found), found.version, found.prefixlen


def inputs():
    dice = random.Random(31)
    yield (["192.0.2.0", "192.0.2.245"],), {}
    yield (["192.0.2.245", "192.0.2.0"],), {}
    yield (["10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/9"],), {}
    yield (["0.0.0.0", "255.255.255.255"],), {}
    yield (["::1", "fe80::/64", "fe80::1"],), {}
    yield (["10.0.0.1", "::1"],), {}
    yield (["10.0.0.1"],), {}
    yield ([],), {}
    yield (["10.0.0.7/32"] * 3,), {}
    for _ in range(8):
        low = dice.randrange(1 << 30)
        yield ([f"{low + dice.randrange(1 << dice.randrange(1, 24)):d}" for _ in range(5)],), {}


def workload():
    from netaddr import IPNetwork, spanning_cidr

    dice = random.Random(32)
    networks = [IPNetwork((dice.randrange(1 << 24) + (10 << 24), 32), version=4) for _ in range(1500)]
    return lambda: spanning_cidr(networks)
