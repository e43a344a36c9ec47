"""The record of one optimization job: results that can be checked against raw data, and the case study made of them."""
