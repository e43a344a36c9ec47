"""Cluster coefficients of random graphs."""

import random

import networkx

dice = random.Random(8)
for nodes, count in ((10, 20), (30, 120), (50, 300)):
    graph = networkx.Graph([tuple(dice.sample(range(nodes), 2)) for _ in range(count)])
    found = networkx.square_clustering(graph)
    assert len(found) == len(graph)
    assert networkx.square_clustering(graph, 0) == found[0]
