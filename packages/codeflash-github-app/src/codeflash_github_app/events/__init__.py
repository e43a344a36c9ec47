"""What each event of GitHub asks for: a payload in, an order out; nothing is looked up."""
