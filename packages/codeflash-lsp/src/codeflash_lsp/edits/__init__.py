"""Changes as an editor applies them."""
