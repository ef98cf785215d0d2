CREATE TABLE runs (
  id       TEXT PRIMARY KEY,     -- ULID, sorts by time
  short    TEXT NOT NULL UNIQUE, -- what people type
  started  INTEGER NOT NULL,     -- milliseconds since 1970, UTC
  seconds  REAL NOT NULL,
  site     TEXT NOT NULL,
  target   TEXT NOT NULL,        -- product and host
  verdict  TEXT NOT NULL,
  finding  TEXT NOT NULL,        -- code of the first cause, or empty
  pathways INTEGER NOT NULL,
  troubled INTEGER NOT NULL,     -- pathways that are not ok
  document BLOB NOT NULL         -- report-v1, gzip
) STRICT;
CREATE INDEX runs_started ON runs (started);
CREATE INDEX runs_same ON runs (site, target, verdict, started);

CREATE TABLE attempts (
  account TEXT NOT NULL,         -- key of the account, never its name
  at      INTEGER NOT NULL,      -- milliseconds since 1970, UTC
  outcome TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_account ON attempts (account, at);
