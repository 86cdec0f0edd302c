"""What surrounds the routes: the guard, the journal, the faults, the connection itself."""
