"""Why a candidate is faster."""
