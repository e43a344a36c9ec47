"""The AI service as its clients see it: the form of code on the wire, values, and a client."""
