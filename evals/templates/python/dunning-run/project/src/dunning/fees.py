"""Late fees in cents."""

GRACE_DAYS = 14
PERIOD_DAYS = 30
MAX_PERIODS = 6


def periods_late(days_late: int) -> int:
    if days_late <= GRACE_DAYS:
        return 0
    return min(MAX_PERIODS, 1 + (days_late - GRACE_DAYS) // PERIOD_DAYS)


def late_fee(amount: int, days_late: int, permille: int = 8) -> int:
    """Compound fee: each started period adds its share of what is owed by then, rounded half up."""
    owed = amount
    for _ in range(periods_late(days_late)):
        owed += (owed * permille * 2 + 1000) // 2000
    return owed - amount


def stage(days_late: int) -> str:
    if days_late <= 0:
        return "current"
    if days_late <= GRACE_DAYS:
        return "friendly"
    if days_late <= GRACE_DAYS + PERIOD_DAYS:
        return "reminder"
    if days_late <= GRACE_DAYS + 3 * PERIOD_DAYS:
        return "warning"
    return "collection"
