"""The technique references of the plugin as programs: read out of the pages, run, checked and timed."""
