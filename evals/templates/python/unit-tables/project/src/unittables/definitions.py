"""Units by dimension, each as a fraction of the first."""

PREFIXES = {
    "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15,
    "c": -2, "d": -1, "h": 2,
}
LENGTH = {"m": "1", "in": "0.0254", "ft": "0.3048", "yd": "0.9144", "mi": "1609.344", "nmi": "1852"}
MASS = {"g": "1", "lb": "453.59237", "oz": "28.349523125", "ct": "0.2", "gr": "0.06479891"}
TIME = {"s": "1", "min": "60", "hr": "3600", "day": "86400", "wk": "604800"}
ENERGY = {"J": "1", "cal": "4.184", "Wh": "3600", "BTU": "1055.05585262", "erg": "0.0000001"}
DIMENSIONS = {"length": LENGTH, "mass": MASS, "time": TIME, "energy": ENERGY}
PREFIXED = {"m", "ft", "yd", "g", "lb", "oz", "s", "J", "Wh", "cal", "BTU", "erg"}
