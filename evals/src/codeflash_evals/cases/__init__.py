"""What is measured: templates with planted slowness, and releases of real packages."""
