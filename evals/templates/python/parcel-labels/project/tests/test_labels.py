import pytest

from labels import Label, as_mail, as_xml, barcode, store
from labels.exports import export, status_text
from labels.label import check_digit

LABEL = Label(42, "Ada & Sons", ("Mill Lane 1", "Harwich"), "GB")


def test_check_digits():
    assert check_digit("400638133393") == 1


def test_a_number_too_long_has_no_barcode():
    with pytest.raises(ValueError, match="no barcode"):
        barcode(LABEL._replace(number=10**11))


def test_xml_is_escaped():
    assert "<name>Ada &amp; Sons</name>" in as_xml(LABEL)


def test_mail_has_a_subject():
    assert f"Subject: Label {barcode(LABEL)}" in as_mail(LABEL, "a@b.example")


def test_labels_are_stored():
    assert store([LABEL, LABEL._replace(number=43), LABEL._replace(number=44, country="FR")]) == 2


def test_a_status_is_explained():
    assert status_text(404).startswith("404 Not Found: ")
    assert status_text(999) == "999 Unknown: no such status"


def test_an_unknown_export_is_refused():
    with pytest.raises(ValueError, match="no export to pdf"):
        export(LABEL, "pdf")
    assert export(LABEL, "text").endswith(barcode(LABEL))
