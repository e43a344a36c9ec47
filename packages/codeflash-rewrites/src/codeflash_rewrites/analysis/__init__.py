"""What rules need to know of a function: scopes, loops, effects, types, escapes."""
