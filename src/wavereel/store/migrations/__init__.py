"""Migrations of the database, run by `wavereel.store.migrate`."""
