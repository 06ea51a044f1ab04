-- Cases whose record was erased when its time was over. The log keeps that something happened, and when.

CREATE TABLE erasure (
  case_id TEXT PRIMARY KEY REFERENCES case_record (id),
  erased_at TEXT NOT NULL,
  erased_by TEXT NOT NULL,
  retention TEXT NOT NULL,        -- the class that said how long the record was to be kept
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX case_link_by_instance ON case_link (instance_id);
