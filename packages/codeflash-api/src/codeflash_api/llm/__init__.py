"""Language models behind one interface. The only room that knows a vendor's SDK."""
