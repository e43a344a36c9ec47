"""Measuring on another machine: over ssh, one job at a time, and the virtual machines that it is done on."""
