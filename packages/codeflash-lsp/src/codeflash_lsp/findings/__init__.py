"""What the catalogue finds in a text, kept from one edit to the next."""
