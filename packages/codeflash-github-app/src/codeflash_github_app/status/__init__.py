"""Status pages for those who host the app: where it is installed, its jobs, and what they found."""
