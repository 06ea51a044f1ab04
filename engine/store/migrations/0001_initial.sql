-- The embedded store. Instants are UTC text of fixed width, so that they sort as text; values are JSON text.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (            -- the last number given, for ids of simulated stores and for queues of the law
  name TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ---- what runs: files, deployments, versions --------------------------------------------------------------

CREATE TABLE file_blob (
  hash TEXT PRIMARY KEY,
  content BLOB NOT NULL
) STRICT;

CREATE TABLE deployment (
  id TEXT PRIMARY KEY,
  package_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  manifest TEXT,                  -- the manifest's file name; none for loose files
  deployed_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  UNIQUE (package_id, version)
) STRICT;

CREATE TABLE deployment_file (
  deployment_id TEXT NOT NULL REFERENCES deployment (id),
  name TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES file_blob (hash),
  PRIMARY KEY (deployment_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE process_version (
  process_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  package_id TEXT NOT NULL,
  deployment_id TEXT NOT NULL REFERENCES deployment (id),
  file TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES file_blob (hash),
  active INTEGER NOT NULL,        -- 1 on the version that new instances take; 0 on all when the process was withdrawn
  PRIMARY KEY (process_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision_version (
  package_id TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  deployment_id TEXT NOT NULL REFERENCES deployment (id),
  file TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES file_blob (hash),
  PRIMARY KEY (package_id, decision_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE start_subscription ( -- what starts an instance of the active version of a process
  process_id TEXT NOT NULL,
  element_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('message', 'signal')),
  name TEXT NOT NULL,
  PRIMARY KEY (process_id, element_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX start_subscription_by_name ON start_subscription (kind, name);

-- ---- case records -----------------------------------------------------------------------------------------

CREATE TABLE case_record (
  id TEXT PRIMARY KEY,
  package_id TEXT NOT NULL,
  type TEXT NOT NULL,
  key TEXT NOT NULL,
  state TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  UNIQUE (package_id, type, key)
) STRICT;

-- ---- process instances and what they wait for -------------------------------------------------------------

CREATE TABLE process_instance (
  id TEXT PRIMARY KEY,
  process_id TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES file_blob (hash),
  package_id TEXT NOT NULL,
  case_id TEXT REFERENCES case_record (id),
  start_key TEXT,                 -- the correlation key of the message that started it
  status TEXT NOT NULL CHECK (status IN ('active', 'completed', 'terminated')),
  state TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  suspended_at TEXT               -- since when an active instance takes no timers, messages and jobs
) STRICT;
CREATE INDEX process_instance_by_case ON process_instance (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX process_instance_by_process ON process_instance (process_id, status);
CREATE INDEX process_instance_suspended ON process_instance (suspended_at) WHERE suspended_at IS NOT NULL;
CREATE INDEX process_instance_by_start_key ON process_instance (process_id, start_key)
  WHERE start_key IS NOT NULL AND status = 'active';

CREATE TABLE case_link (
  case_id TEXT NOT NULL REFERENCES case_record (id),
  instance_id TEXT NOT NULL REFERENCES process_instance (id),
  linked_at TEXT NOT NULL,
  PRIMARY KEY (case_id, instance_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('inline', 'worker', 'user_task')),
  state TEXT NOT NULL CHECK (state IN ('open', 'leased', 'incident', 'completed', 'cancelled')),
  instance_id TEXT NOT NULL REFERENCES process_instance (id),
  element_id TEXT NOT NULL,
  element_instance_id TEXT NOT NULL,
  element_name TEXT NOT NULL,
  clauses TEXT NOT NULL,
  type TEXT NOT NULL,             -- the job type; empty for a user task
  headers TEXT NOT NULL,
  variables TEXT NOT NULL,
  retries INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  available_at TEXT NOT NULL,
  lease_owner TEXT,
  lease_until TEXT,
  form_id TEXT,
  assignee TEXT,
  candidate_groups TEXT NOT NULL,
  candidate_users TEXT NOT NULL,
  due TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  held_at TEXT                    -- since when it is held because its instance is suspended
) STRICT;
CREATE INDEX job_ready ON job (available_at) WHERE kind = 'worker' AND state = 'open' AND held_at IS NULL;
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'leased';
CREATE INDEX job_by_instance ON job (instance_id, element_instance_id);
CREATE INDEX job_open_task ON job (created_at) WHERE kind = 'user_task' AND state = 'open';

CREATE TABLE timer (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('element', 'deadline', 'start')),
  due TEXT NOT NULL,
  instance_id TEXT REFERENCES process_instance (id),
  timer_id TEXT,
  element_id TEXT,
  element_instance_id TEXT,
  case_id TEXT REFERENCES case_record (id),
  deadline TEXT,
  process_id TEXT,
  fired INTEGER NOT NULL DEFAULT 0, -- how often a start timer has fired before
  held_at TEXT                    -- since when it is held because its instance is suspended
) STRICT;
CREATE INDEX timer_by_due ON timer (due, id) WHERE held_at IS NULL;
CREATE UNIQUE INDEX timer_by_instance ON timer (instance_id, timer_id) WHERE kind = 'element';
CREATE UNIQUE INDEX timer_by_deadline ON timer (case_id, deadline) WHERE kind = 'deadline';
CREATE INDEX timer_by_process ON timer (process_id) WHERE kind = 'start';

CREATE TABLE subscription (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('message', 'signal')),
  name TEXT NOT NULL,
  key TEXT NOT NULL,              -- the correlation key; empty for a signal
  instance_id TEXT NOT NULL REFERENCES process_instance (id),
  process_id TEXT NOT NULL,
  element_id TEXT NOT NULL,
  element_instance_id TEXT NOT NULL,
  held_at TEXT                    -- since when it is held because its instance is suspended
) STRICT;
CREATE INDEX subscription_by_name ON subscription (name, key, kind);
CREATE INDEX subscription_by_instance ON subscription (instance_id, element_instance_id);

CREATE TABLE message (            -- messages that wait for a receiver
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  variables TEXT NOT NULL,
  published_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX message_by_name ON message (name, key);
CREATE INDEX message_by_expiry ON message (expires_at);

CREATE TABLE message_receipt (    -- sender's ids of messages and events that were accepted, so that a repeat does nothing
  kind TEXT NOT NULL CHECK (kind IN ('message', 'event')),
  sender_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (kind, sender_id)
) STRICT, WITHOUT ROWID;

-- ---- facts, deadlines, notices, payments ------------------------------------------------------------------

CREATE TABLE fact (
  id INTEGER PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  source TEXT NOT NULL,
  reason TEXT NOT NULL,
  valid_from TEXT
) STRICT;
CREATE INDEX fact_by_case ON fact (case_id, name);

CREATE TABLE deadline (
  case_id TEXT NOT NULL REFERENCES case_record (id),
  name TEXT NOT NULL,
  limit_id TEXT NOT NULL,
  clause TEXT NOT NULL,
  duty INTEGER NOT NULL,
  started_on TEXT NOT NULL,
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL,
  due_date TEXT NOT NULL,
  due TEXT NOT NULL,
  opens TEXT NOT NULL,
  calendar TEXT NOT NULL,
  steps TEXT NOT NULL,
  parameter_hash TEXT NOT NULL,
  met_on TEXT,
  breached INTEGER NOT NULL DEFAULT 0,
  set_at TEXT NOT NULL,
  PRIMARY KEY (case_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX deadline_breached ON deadline (due) WHERE breached = 1;

CREATE TABLE deadline_change (
  id INTEGER PRIMARY KEY,
  case_id TEXT NOT NULL,
  name TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  what TEXT NOT NULL,
  FOREIGN KEY (case_id, name) REFERENCES deadline (case_id, name)
) STRICT;
CREATE INDEX deadline_change_by_deadline ON deadline_change (case_id, name);

CREATE TABLE notice (
  id TEXT PRIMARY KEY,
  case_id TEXT REFERENCES case_record (id),
  instance_id TEXT REFERENCES process_instance (id),
  type TEXT NOT NULL,
  dated TEXT NOT NULL,
  subject TEXT NOT NULL,
  required TEXT NOT NULL,
  source_hash TEXT NOT NULL,
  issued_at TEXT NOT NULL
) STRICT;
CREATE INDEX notice_by_case ON notice (case_id);

CREATE TABLE notice_text (
  notice_id TEXT NOT NULL REFERENCES notice (id),
  media_type TEXT NOT NULL,
  text TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (notice_id, media_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (           -- the outbox: written with the notice, carried out by a worker
  id TEXT PRIMARY KEY,
  notice_id TEXT NOT NULL REFERENCES notice (id),
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,       -- the idempotency key that the channel gets
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
  attempts INTEGER NOT NULL,
  retries INTEGER NOT NULL,
  available_at TEXT NOT NULL,
  lease_owner TEXT,
  lease_until TEXT,
  sent_at TEXT,
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_queued ON delivery (available_at) WHERE state = 'queued';
CREATE INDEX delivery_sending ON delivery (lease_until) WHERE state = 'sending';
CREATE INDEX delivery_by_notice ON delivery (notice_id);

CREATE TABLE ledger (
  id INTEGER PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  entry TEXT NOT NULL,
  amount TEXT NOT NULL,
  currency TEXT NOT NULL,
  on_date TEXT NOT NULL,
  details TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_by_case ON ledger (case_id);

-- ---- repair and audit -------------------------------------------------------------------------------------

CREATE TABLE incident (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('open', 'resolved', 'cancelled')),
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  problem TEXT NOT NULL,
  instance_id TEXT REFERENCES process_instance (id),
  case_id TEXT REFERENCES case_record (id),
  element_id TEXT,
  element_instance_id TEXT,
  job_id TEXT,
  delivery_id TEXT REFERENCES delivery (id),
  created_at TEXT NOT NULL,
  resolved_at TEXT
) STRICT;
CREATE INDEX incident_open ON incident (created_at) WHERE state = 'open';
CREATE INDEX incident_by_instance ON incident (instance_id, state);

CREATE TABLE log (                -- append-only; one row for what a command did to one instance or case
  seq INTEGER PRIMARY KEY,        -- the number of the row's last entry
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  roles TEXT NOT NULL,            -- JSON list: those that the actor had
  case_id TEXT,
  instance_id TEXT,
  entries TEXT NOT NULL,          -- JSON list: [kind, element] of each entry
  commitment BLOB NOT NULL,       -- to the payload
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL              -- covers the row, the commitment and the row before
) STRICT;
CREATE INDEX log_by_case ON log (case_id, seq) WHERE case_id IS NOT NULL;
CREATE INDEX log_by_instance ON log (instance_id, seq) WHERE instance_id IS NOT NULL;

CREATE TRIGGER log_is_never_updated BEFORE UPDATE ON log
BEGIN
  SELECT RAISE(ABORT, 'the log is append-only: an entry is never changed');
END;
CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log
BEGIN
  SELECT RAISE(ABORT, 'the log is append-only: an entry is never removed');
END;

CREATE TABLE log_payload (        -- erasable: without payload and salt nothing can be read from the commitment
  seq INTEGER PRIMARY KEY REFERENCES log (seq),
  salt BLOB NOT NULL,
  payload TEXT NOT NULL
) STRICT;
CREATE TRIGGER log_payload_is_never_updated BEFORE UPDATE ON log_payload
BEGIN
  SELECT RAISE(ABORT, 'a payload of the log is erased, never changed');
END;
