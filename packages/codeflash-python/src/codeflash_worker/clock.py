"""Clock functions, bound before any foreign code can replace them."""

from __future__ import annotations

import time

perf_counter_ns = time.perf_counter_ns
thread_time_ns = time.thread_time_ns
process_time_ns = time.process_time_ns
