-- A message that is kept may start a process later, which then belongs to the case that the message was published for.

ALTER TABLE message ADD COLUMN case_id TEXT REFERENCES case_record (id);
