"""Archives: lines of ``minute temperature``, in order of time."""


import itertools


class OutOfOrder(ValueError):
    """An archive whose minutes go backwards."""


def readings(station, lines):
    """Yield (minute, station, tenths of a degree); an archive out of order is refused."""
    last = None
    for line in lines:
        minute, _, degrees = line.partition(" ")
        minute = int(minute)
        if last is not None and minute < last:
            raise OutOfOrder(f"{station}: minute {minute} after {last}")
        last = minute
        yield minute, station, round(float(degrees) * 10)


def merged(archives):
    """Readings of all archives in order of time; at the same minute by station."""
    return itertools.chain.from_iterable(readings(station, lines) for station, lines in archives.items())
