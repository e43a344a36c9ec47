"""Parcel labels."""

from labels.exports import as_mail, as_xml, store
from labels.label import Label, barcode

__all__ = ["Label", "as_mail", "as_xml", "barcode", "store"]
