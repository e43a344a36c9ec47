ENTRY = "assembly.costing:cheaper_than"


def _catalogue(height, width=2):
    from assembly.catalogue import Catalogue

    recipes = {
        f"m{n}": tuple((f"m{max(0, n - back)}", back) for back in range(1, width + 1)) for n in range(1, height)
    }
    return Catalogue({"m0": 17, "x": 5}, recipes, {part: len(part) % 3 for part in recipes})


def inputs():
    from assembly.catalogue import Catalogue

    return [
        ((Catalogue(), 5, (1,)), {}),
        ((_catalogue(1), 10, (1, 2)), {}),
        ((_catalogue(6), 600, (0, 55, 900)), {}),
        ((_catalogue(9, 3), 90_000, (10, 300, 10)), {}),
        ((_catalogue(5), 400, ()), {}),
        ((Catalogue({"a": 1}, {"b": (("a", 2), ("c", 1))}), 9, (1,)), {}),
        ((Catalogue({"a": 1, "b": 4}, {"b": (), "e": (("b", 3),)}), 50, (2,)), {}),
        ((Catalogue({}, {"b": ()}), 50, (2,)), {}),
        ((Catalogue({"a": 1.5}, {"b": (("a", 3),)}, {"b": 2}), 50, (0.25, 60.0)), {}),
    ]


def workload():
    from assembly.costing import cheaper_than

    catalogue = _catalogue(20)
    return lambda: cheaper_than(catalogue, 10_000, (30, 60))
