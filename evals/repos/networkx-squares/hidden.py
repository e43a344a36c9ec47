"""Graphs of several shapes, all nodes and some of them."""

import random

ENTRY = "hidden:coefficients"
USES = "networkx.algorithms.cluster"


def coefficients(edges, nodes=None):
    import networkx

    graph = networkx.Graph(edges)
    found = networkx.square_clustering(graph, nodes)
    return sorted(found.items()) if isinstance(found, dict) else found


def some_edges(dice, nodes, count):
    return [tuple(dice.sample(range(nodes), 2)) for _ in range(count)]


def inputs():
    dice = random.Random(81)
    yield ([],), {}
    yield ([(0, 1)],), {}
    yield ([(0, 1), (1, 2), (2, 3), (3, 0)],), {}
    yield ([(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)], [0, 3]), {}
    yield ([(0, 1), (1, 2), (2, 3), (3, 0)], 2), {}
    for nodes, count in ((6, 10), (12, 40), (30, 60), (20, 150)):
        yield (some_edges(dice, nodes, count),), {}


def workload():
    import networkx

    graph = networkx.Graph(some_edges(random.Random(82), 60, 400))
    return lambda: networkx.square_clustering(graph)
