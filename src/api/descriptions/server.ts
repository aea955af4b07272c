/** One sentence for each member of a page of a list. */
export const PAGE = {
  items: "The items of this page.",
  nextCursor: "Cursor of the next page; null on the last page.",
} as const;

/** One sentence for each member of a registry source. */
export const SOURCE = {
  name: "Name of the source, from the configuration.",
  uri: "Where the source is, without credentials.",
  kind: "Kind of the source.",
  watch: "Whether the server looks at the source again by itself.",
  state: "Whether the source is served as it is there now, from its last verified copy, or not at all.",
  revision: "Commit, entity tag or the like of what is served; null where the source has none.",
  tasks: "Number of tasks in the source.",
  versions: "Number of versions of all its tasks.",
  checkedAt: "When the server last looked at the source; null before the first time.",
  loadedAt: "When looking at the source last succeeded; null before the first time.",
  error: "Why the latest look failed; null when it did not fail.",
  problems: "What is wrong with tasks of the source.",
} as const;

/** One sentence for each member of the stats of the cache of tasks' files. */
export const CACHE = {
  entries: "Number of versions in the cache.",
  bytes: "Size of their files, in bytes.",
  maxEntries: "Largest number of versions that the cache keeps.",
  maxBytes: "Largest size of the files that the cache keeps, in bytes.",
  hits: "How often a version was found in the cache.",
  misses: "How often a version had to be loaded.",
  purged: "Number of versions dropped for want of room.",
} as const;

/** One sentence for each member of the state of the queue, its pauses and its limits. */
export const QUEUE = {
  paused: "Whether the whole queue is paused.",
  pauses: "All pauses, of the whole queue and of single tasks.",
  limits: "All limits on jobs that run.",
  pauseScope: "What is paused: all jobs, or those of one task.",
  note: "Why it was paused; null when nobody said.",
  pausedAt: "When it was paused.",
  limitScope: "What is limited: a task, a concurrency key, or every key that has no limits of its own.",
  concurrency: "Largest number of jobs that run at once.",
  rate: "How often jobs start.",
  count: "Number of jobs that may start in each period.",
  periodMs: "Length of a period, in ms.",
  taskId: "Id of the task.",
  key: "The concurrency key.",
} as const;

/** One sentence for each member of a worker, shared by REST and GraphQL. */
export const WORKER = {
  id: "Id of the worker, as executions have it.",
  host: "Name of the machine that the process runs on.",
  pid: "Process id.",
  startedAt: "When the worker started.",
  seenAt: "When the worker last renewed its lease.",
  running: "The executions that it runs, the latest first.",
  executionId: "Id of the execution.",
  jobId: "Id of the job; null for a direct execution.",
  taskId: "Id of the task that runs.",
  attempt: "Number of the attempt, from 1.",
  runningSince: "When the task started; null before.",
} as const;

/** One sentence for each member of the stats. */
export const STATS = {
  jobs: "Numbers of jobs that are kept, by status.",
  executions: "Numbers of executions that are kept, by status.",
  meanDurationMs: "Mean duration of completed executions, in ms; null when there is none.",
  oldestReadyMs: "How long the oldest ready job has been waiting, in ms; null when none is ready.",
  directRunning: "Number of direct executions that are running.",
  tasks: "Numbers of tasks.",
  schedules: "Numbers of schedules.",
  workers: "Number of server processes that run jobs.",
  total: "Number of all.",
  enabled: "Number of those that are enabled.",
} as const;

/** One sentence for each member of the answers about the server itself. */
export const SERVER = {
  healthStatus: "Always ok: a process that does not answer is not healthy.",
  uptimeSeconds: "How long the process has been running, in seconds.",
  readyStatus: "Whether the server can take jobs and run them, in words.",
  ready: "Whether the server can take jobs and run them.",
  checks: "Each part that has to work, and whether it does.",
  checkName: "Name of the part.",
  checkOk: "Whether the part works.",
  checkMessage: "Why the part does not work; absent when it works.",
  name: "Name of the program.",
  version: "Version of the program.",
  commit: "Commit that the program was built from.",
  buildDate: "When the program was built.",
  bun: "Version of Bun that the program runs on.",
} as const;

/** One sentence for each member of a problem document. */
export const PROBLEM = {
  type: "URN of the kind of problem.",
  title: "Short name of the status, the same for every problem with it.",
  status: "The HTTP status.",
  detail: "What was wrong, and where.",
  code: "Stable code of the problem, for programs.",
  remedy: "What to do next.",
  data: "Facts about the problem for programs, such as the id that was not found.",
  errors: "The places in what was sent at which something is wrong.",
} as const;
