"""How the worker is started and asked; the rooms of this package may import it, it imports none of them."""
