-- Programs of tasks in the form in which they run, so that a restart does not prepare them again. Losing one costs nothing
-- but time.
CREATE TABLE prepared_programs (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  -- Size of the content, bytes.
  bytes INTEGER NOT NULL,
  -- xxHash3 of the content in hexadecimal digits. It reveals damage.
  digest TEXT NOT NULL,
  used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX prepared_programs_used ON prepared_programs (used_at);
-- Apart, because an update rewrites the whole row.
CREATE TABLE prepared_contents (
  program_id INTEGER PRIMARY KEY REFERENCES prepared_programs (id) ON DELETE CASCADE,
  content BLOB NOT NULL
) STRICT;
