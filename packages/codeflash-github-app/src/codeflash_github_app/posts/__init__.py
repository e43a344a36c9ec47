"""What people see of a job: texts, and how each is posted once, whatever happens in between."""
