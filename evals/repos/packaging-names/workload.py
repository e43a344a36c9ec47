"""Canonicalize the names of requirements."""

from packaging.utils import canonicalize_name

names = ["requests", "zope.interface", "Flask-SQLAlchemy", "typing_extensions", "PyYAML", "a--b__c..d", "x"]
for number in range(50):
    for name in names:
        assert "_" not in canonicalize_name(f"{name}{number}")
assert canonicalize_name("A_.-B") == "a-b"
