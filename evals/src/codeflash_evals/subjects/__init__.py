"""Who is measured: candidate sources and their combinations, run as a user would run them."""
