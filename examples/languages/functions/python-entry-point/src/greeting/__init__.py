"""Greets people who come again, in words that lie beside the code as data."""
