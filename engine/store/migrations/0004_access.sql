-- Who may use the API, which of its commands were answered already, and who has read which case.

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,            -- the part of the key that may be shown
  digest BLOB NOT NULL,           -- SHA-256 of the whole key, which is random and is not stored
  person TEXT NOT NULL,           -- the id of the actor who acts with it
  roles TEXT NOT NULL,            -- JSON list
  party TEXT NOT NULL,            -- the party of a law whose events it may tell; empty for that of its roles
  note TEXT NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT
) STRICT;

CREATE TABLE idempotency (        -- commands under a key of their sender; the answer follows its command
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,      -- SHA-256 of what was asked
  accepted_at TEXT NOT NULL,
  status INTEGER,                 -- NULL until the answer is known
  headers TEXT,
  body BLOB,
  PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (accepted_at);

CREATE TABLE access_log (         -- append-only: who has read which case
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  roles TEXT NOT NULL,            -- JSON list
  case_id TEXT NOT NULL REFERENCES case_record (id),
  what TEXT NOT NULL,             -- the question that was asked
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL              -- covers the row and the hash of the row before
) STRICT;
CREATE INDEX access_log_by_case ON access_log (case_id, seq);

CREATE TRIGGER access_log_is_never_updated BEFORE UPDATE ON access_log
BEGIN
  SELECT RAISE(ABORT, 'the access log is append-only: an entry is never changed');
END;
CREATE TRIGGER access_log_is_never_deleted BEFORE DELETE ON access_log
BEGIN
  SELECT RAISE(ABORT, 'the access log is append-only: an entry is never removed');
END;

-- an association reaches the cases whose keys its case names, of whatever type
CREATE INDEX case_record_by_key ON case_record (key);
