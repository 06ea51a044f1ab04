-- Signals that were thrown while an instance that waits for them was suspended.

CREATE TABLE held_signal (
  id INTEGER PRIMARY KEY,
  instance_id TEXT NOT NULL REFERENCES process_instance (id),
  name TEXT NOT NULL,
  variables TEXT NOT NULL,
  thrown_at TEXT NOT NULL
) STRICT;
CREATE INDEX held_signal_by_instance ON held_signal (instance_id);
