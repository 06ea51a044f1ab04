-- Payload and salt move into the row of the log: one row fewer to write for each command. What the chain covers stays
-- as it is; erasing empties the two columns, and nothing else of a row can be changed.

CREATE TABLE log_of_one_row (     -- append-only; one row for what a command did to one instance or case
  seq INTEGER PRIMARY KEY,        -- the number of the row's last entry
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  roles TEXT NOT NULL,            -- JSON list: those that the actor had
  case_id TEXT,
  instance_id TEXT,
  entries TEXT NOT NULL,          -- JSON list: [kind, element] of each entry
  commitment BLOB NOT NULL,       -- to the payload
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL,             -- covers the columns up to here, and the row before
  salt BLOB,                      -- erasable, with the payload: without both nothing can be read from the commitment
  payload TEXT,
  CHECK ((salt IS NULL) = (payload IS NULL))
) STRICT;
INSERT INTO log_of_one_row
  SELECT log.seq, at, actor, roles, case_id, instance_id, entries, commitment, prev_hash, hash, salt, payload
  FROM log LEFT JOIN log_payload ON log_payload.seq = log.seq ORDER BY log.seq;
DROP TABLE log_payload;
DROP TRIGGER log_is_never_updated;
DROP TRIGGER log_is_never_deleted;
DROP TABLE log;
ALTER TABLE log_of_one_row RENAME TO log;
CREATE INDEX log_by_case ON log (case_id, seq) WHERE case_id IS NOT NULL;
CREATE INDEX log_by_instance ON log (instance_id, seq) WHERE instance_id IS NOT NULL;

CREATE TRIGGER log_is_only_erased BEFORE UPDATE ON log
WHEN NEW.salt IS NOT NULL OR NEW.payload IS NOT NULL
  OR (NEW.seq, NEW.at, NEW.actor, NEW.roles, NEW.entries) <> (OLD.seq, OLD.at, OLD.actor, OLD.roles, OLD.entries)
  OR NEW.case_id IS NOT OLD.case_id OR NEW.instance_id IS NOT OLD.instance_id
  OR (NEW.commitment, NEW.prev_hash, NEW.hash) <> (OLD.commitment, OLD.prev_hash, OLD.hash)
BEGIN
  SELECT RAISE(ABORT, 'the log is append-only: a payload is erased, and nothing else is changed');
END;
CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log
BEGIN
  SELECT RAISE(ABORT, 'the log is append-only: an entry is never removed');
END;
