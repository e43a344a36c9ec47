"""Work that takes minutes: from an order to what is posted, taken up again wherever it was."""
