"""What happened: journal and witness on the local disk, a recorder, and the database of calls."""
