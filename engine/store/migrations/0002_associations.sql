-- Who else may see a case, and under which keys a case can be looked for. Nothing here names a person in plain words:
-- the reasons of an association lie in the facts of its case, and a search key is a keyed hash.

CREATE TABLE association (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  holder TEXT NOT NULL,           -- the id of the actor who may see the case
  role TEXT NOT NULL,             -- the role in which the holder may
  basis TEXT NOT NULL,            -- the key of what it rests on
  granted_at TEXT NOT NULL,
  revoked_at TEXT,
  reason TEXT NOT NULL DEFAULT '' -- why it was revoked
) STRICT;
CREATE UNIQUE INDEX association_in_force ON association (holder, case_id) WHERE revoked_at IS NULL;
CREATE INDEX association_by_case ON association (case_id);

CREATE TABLE case_search_key (
  package_id TEXT NOT NULL,
  case_type TEXT NOT NULL,
  search_key TEXT NOT NULL,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  PRIMARY KEY (package_id, case_type, search_key, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_search_key_by_case ON case_search_key (case_id);
