-- Each index of the audit log costs every change as much as its row does. Entries are sorted by time, so a time is found
-- by bisection. Actions of which there are few are found by an index that has no rows for the frequent ones, which are
-- near wherever one looks; the same holds for outcomes. See audit-list.ts.
DROP INDEX audit_at;
DROP INDEX audit_action;
CREATE INDEX audit_rare_action ON audit (action)
  WHERE action NOT IN ('createJob', 'createJobs', 'executeTask', 'receiveDelivery');
CREATE INDEX audit_failure ON audit (outcome) WHERE outcome <> 'ok';
