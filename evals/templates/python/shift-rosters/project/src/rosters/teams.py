"""Rosters of whole teams."""

from rosters.weeks import hours, week


def plan(teams, days, absences=()):
    """Roster and hours of each team. An absence (team, day, why) turns a shift into time off."""
    rosters = {name: week(pattern, days) for name, pattern in teams.items()}
    for name, day, why in absences:
        entry = rosters[name][day]
        entry[1:] = ["off", why]
    return {name: (entries, hours(entries)) for name, entries in rosters.items()}
