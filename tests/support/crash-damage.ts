import { Database } from "bun:sqlite";

/** What clients were promised. */
export interface Promised {
  /** Jobs by their id, with what they were to double. */
  jobs: ReadonlyMap<number, number>;
  /** Direct executions that were answered. */
  executions: ReadonlySet<number>;
}

/** Compares a database in which nothing is left to do with what was promised. Looks at the file, past Ratchet. */
export function findDamage(path: string, promised: Promised, schedules: number): { damage: string[]; firings: number } {
  const db = new Database(path, { readonly: true });
  try {
    const firings = firingTimes(db);
    return {
      damage: [
        ...lostJobs(db, promised.jobs),
        ...lostExecutions(db, promised.executions),
        ...completedTwice(db),
        ...(firings.size === schedules ? [] : [`${firings.size} of ${schedules} schedules fired`]),
        ...[...firings].flatMap(([id, times]) => brokenLine(id, times)),
        ...firingsWithoutJob(db),
      ],
      firings: [...firings.values()].reduce((sum, times) => sum + times.length, 0),
    };
  } finally {
    db.close();
  }
}

function lostJobs(db: Database, jobs: Promised["jobs"]): string[] {
  const get = db.query<{ status: string; output: string | null }, [number]>(
    `SELECT jobs.status, executions.output FROM jobs
       LEFT JOIN executions ON executions.job_id = jobs.id AND executions.status = 'completed' WHERE jobs.id = ?`,
  );
  const damage: string[] = [];
  for (const [id, n] of jobs) {
    const found = get.get(id);
    if (found === null) damage.push(`job ${id} is lost`);
    else if (found.status !== "completed" || found.output !== String(n * 2)) {
      damage.push(`job ${id}, which doubles ${n}, is ${JSON.stringify(found)}`);
    }
  }
  return damage;
}

function lostExecutions(db: Database, executions: Promised["executions"]): string[] {
  const get = db.query<{ status: string }, [number]>("SELECT status FROM executions WHERE id = ?");
  return [...executions]
    .filter((id) => get.get(id)?.status !== "completed")
    .map((id) => `direct execution ${id} is ${get.get(id)?.status ?? "lost"}`);
}

function completedTwice(db: Database): string[] {
  const rows = db
    .query<{ job_id: number; n: number }, []>(
      `SELECT job_id, count(*) AS n FROM executions WHERE status = 'completed' AND job_id IS NOT NULL
         GROUP BY job_id HAVING n > 1`,
    )
    .all();
  return rows.map(({ job_id, n }) => `job ${job_id} was completed ${n} times`);
}

/** Planned firings by schedule, in order. */
function firingTimes(db: Database): Map<number, number[]> {
  const times = new Map<number, number[]>();
  const query =
    "SELECT schedule_id, fire_at FROM schedule_firings WHERE kind = 'planned' ORDER BY schedule_id, fire_at";
  for (const { schedule_id, fire_at } of db.query<{ schedule_id: number; fire_at: number }, []>(query).iterate()) {
    const line = times.get(schedule_id) ?? [];
    line.push(fire_at);
    times.set(schedule_id, line);
  }
  return times;
}

/** Every second once, none twice and none left out. */
function brokenLine(schedule: number, times: readonly number[]): string[] {
  return times.flatMap((time, index) => {
    const before = times[index - 1];
    return before === undefined || time - before === 1_000
      ? []
      : [`schedule ${schedule} fired at ${before} and next at ${time}`];
  });
}

function firingsWithoutJob(db: Database): string[] {
  const rows = db
    .query<{ fire_at: number; status: string; n: number }, []>(
      `SELECT fire_at, schedule_firings.status,
           (SELECT count(*) FROM jobs WHERE jobs.id = schedule_firings.job_id AND jobs.status = 'completed') AS n
         FROM schedule_firings WHERE n <> 1
       UNION ALL
       SELECT run_at, 'no firing of job ' || id, 0 FROM jobs WHERE schedule_id IS NOT NULL
         AND (SELECT count(*) FROM schedule_firings WHERE job_id = jobs.id) <> 1`,
    )
    .all();
  return rows.map((row) => `firing without its job: ${JSON.stringify(row)}`);
}
