-- Whether the file beside the database, with the newest hash and the number of entries, was ever written. A file that is
-- missing later was removed.
ALTER TABLE audit_head ADD COLUMN anchored INTEGER NOT NULL DEFAULT 0 CHECK (anchored IN (0, 1));
-- The count follows the log, and nothing else.
CREATE TRIGGER audit_head_follows BEFORE UPDATE ON audit_head
WHEN NEW.one IS NOT OLD.one
  OR NEW.anchored < OLD.anchored
  OR NEW.count < OLD.count
  OR NEW.count IS NOT (SELECT coalesce(max(id), 0) FROM audit)
  OR NEW.hash IS NOT coalesce((SELECT hash FROM audit WHERE id = NEW.count), '')
BEGIN SELECT RAISE(ABORT, 'the audit log can only grow'); END;
-- Keeps INSERT OR REPLACE from changing the row.
CREATE TRIGGER audit_head_is_one BEFORE INSERT ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log can only grow'); END;
