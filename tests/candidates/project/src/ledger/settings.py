"""What the treasurer decides; it changes while the program runs."""

fee_percent = 3
labels = {"in": "received", "out": "paid"}
RATES = {"eur": 100, "usd": 125, "chf": 95}


def set_rate(currency: str, rate: int) -> None:
    """Fix a new rate, in cents of a euro."""
    RATES[currency] = rate
