-- Who may call the server. Lists of label patterns are JSON; null means all tasks.

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Names that differ only in case would be mistaken for each other.
  name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 100),
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  tasks TEXT,
  -- argon2id, in PHC string format
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_login_at INTEGER
) STRICT;

CREATE TABLE api_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 100),
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  tasks TEXT,
  -- How long each of its secrets is valid; null: until it is revoked.
  lifetime_ms INTEGER CHECK (lifetime_ms > 0),
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE revoked_at IS NULL;

-- A key that is being rotated has two secrets for a while.
CREATE TABLE api_key_secrets (
  -- SHA-256 of the secret, hex. It is random and long, so that a fast hash is enough.
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  key_id INTEGER NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  -- The first characters of the secret, by which people recognise it.
  start TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_secrets_key ON api_key_secrets (key_id);

CREATE TABLE sessions (
  -- SHA-256 of the token, hex
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  -- null: it began at an OpenID provider, and `principal` says who it is
  user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
  principal TEXT,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  -- when it ends if it is not used again
  idle_until INTEGER NOT NULL,
  -- when it ends in any case
  expires_at INTEGER NOT NULL,
  CHECK ((user_id IS NULL) = (principal IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id) WHERE user_id IS NOT NULL;
