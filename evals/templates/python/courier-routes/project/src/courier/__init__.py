"""Routes for bicycle couriers."""
