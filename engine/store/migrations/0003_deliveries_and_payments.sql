-- Letters as bytes, what became of deliveries, and by which number a bank knows a payment.

CREATE TABLE notice_file (
  notice_id TEXT NOT NULL REFERENCES notice (id),
  media_type TEXT NOT NULL,
  content BLOB NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (notice_id, media_type)
) STRICT;

CREATE TABLE delivery_report (    -- what carriers, servers and mail rooms say of a delivery after it was sent
  delivery_id TEXT NOT NULL REFERENCES delivery (id),
  id TEXT NOT NULL,               -- the reporter's id of it, so that a repeat does nothing
  outcome TEXT NOT NULL CHECK (outcome IN ('delivered', 'bounced', 'returned')),
  at TEXT NOT NULL,
  reason TEXT NOT NULL,
  reported_by TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (delivery_id, id)
) STRICT;

-- the number of the check or the trace number, as banks write it
ALTER TABLE ledger ADD COLUMN reference TEXT;
CREATE INDEX ledger_by_reference ON ledger (reference) WHERE reference IS NOT NULL;
