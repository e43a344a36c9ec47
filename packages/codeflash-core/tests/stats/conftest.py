import random

import pytest

from codeflash_core.model.comparison import Block, InputSamples


def _samples(rng, name, weight, a_ns, b_ns, *, shift, noise, count, wall_factor):
    def draw(mean):
        # Noise is one-sided, as interruptions are; the process-level shift is shared by both sides.
        return tuple(mean * shift * (1 + abs(rng.gauss(0, noise))) for _ in range(count))

    a_cpu, b_cpu = draw(a_ns), draw(b_ns)
    return InputSamples(
        input=name,
        weight=weight,
        loops=10,
        a_cpu=a_cpu,
        b_cpu=b_cpu,
        a_wall=tuple(value * wall_factor for value in a_cpu),
        b_wall=tuple(value * wall_factor for value in b_cpu),
    )


@pytest.fixture
def make_blocks():
    """Simulated blocks: `rows` are (input, weight, baseline ns, candidate ns)."""

    def make(rows, n, seed=0, *, noise=0.02, count=24, wall_factor=1.01, own_shift=0.0, **fields):
        rng = random.Random(seed)
        blocks = []
        for _ in range(n):
            shift = 1 + rng.gauss(0, 0.02)
            own = 1 + rng.gauss(0, own_shift)
            blocks.append(
                Block(
                    inputs=tuple(
                        _samples(
                            rng,
                            name,
                            weight,
                            a,
                            b * own,
                            shift=shift,
                            noise=noise,
                            count=count,
                            wall_factor=wall_factor,
                        )
                        for name, weight, a, b in rows
                    ),
                    **fields,
                )
            )
        return blocks

    return make
