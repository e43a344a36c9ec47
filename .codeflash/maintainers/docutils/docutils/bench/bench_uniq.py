"""What `docutils.utils.uniq` costs on a list with many repeated items."""

from docutils.utils import uniq

ITEMS = [f"term-{number % 150}" for number in range(600)]


def repeated_terms():
    uniq(ITEMS)
