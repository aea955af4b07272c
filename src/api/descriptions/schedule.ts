/** One sentence for each member of a schedule, shared by REST and GraphQL. */
export const SCHEDULE = {
  id: "Number of the schedule.",
  name: "Unique name of the schedule.",
  taskId: "Id of the task that the schedule runs.",
  task: "The task that the schedule runs; null once the task is gone from the database.",
  version: "Exact version of the task to run; null means the newest version at the time it runs.",
  cron: "Cron expression; null when the schedule has another kind of plan.",
  timezone: "IANA time zone of the cron expression; null when the schedule has another kind of plan.",
  every:
    "Interval between firings as it was given, such as 5m, or a number of ms; null when the schedule has another kind of plan.",
  at: "The one time at which it fires; null when the schedule has another kind of plan.",
  input: "The value that each of its jobs receives.",
  enabled: "Whether the schedule fires.",
  pausedReason: "Why the schedule was paused; null while it is not paused.",
  overlap: "What happens when a firing is due while a job of the schedule is unfinished.",
  catchUpWindow: "Firings missed while the server was down are made up for when they are not older than this, in ms.",
  jitter: "Each firing is delayed by up to this, in ms.",
  startAt: "The schedule does not fire before this time; null means no such bound.",
  endAt: "The schedule does not fire after this time; null means no such bound.",
  pauseOnFailure: "Whether a job that fails for good pauses the schedule.",
  priority: "Priority of the jobs that the schedule creates.",
  maxRetries: "How often a failed attempt of its jobs is retried; null leaves it to the task, then to the server.",
  concurrencyKey: "Concurrency key of the jobs that the schedule creates; null when they have none.",
  tags: "Tags of the jobs that the schedule creates.",
  nextAt: "Next firing by the plan, without jitter; null when there is none.",
  lastAt: "Latest firing by the plan; null before the first.",
  createdAt: "When the schedule was created.",
  updatedAt: "When the schedule last changed.",
} as const;

/** One sentence for each member of a request for a schedule. */
export const SCHEDULE_MEMBERS = {
  name: "Unique name of the schedule.",
  task: "The task to run: its label, uuid or id.",
  taskId: "Id of the task to run.",
  version: "Exact version to run; the newest when absent.",
  input: "The value that each job receives, checked against the task's input schema; {} when absent.",
  cron: "Cron expression: five fields, six with seconds first, or a name such as @daily.",
  timezone: "IANA time zone of the cron expression.",
  every: "Interval between firings, such as 30s, 5m or 1h, or a number of ms.",
  at: "The one time at which it fires.",
  enabled: "Whether the schedule fires.",
  overlap: "What happens when a firing is due while a job of the schedule is unfinished.",
  catchUpWindow:
    "Firings missed while the server was down are made up for when they are not older than this, such as 1h, or a number of ms.",
  jitter: "Each firing is delayed by up to this, such as 30s, or a number of ms.",
  startAt: "The schedule does not fire before this time.",
  endAt: "The schedule does not fire after this time.",
  pauseOnFailure: "Whether a job that fails for good pauses the schedule.",
  priority: "Priority of the jobs that the schedule creates.",
  maxRetries: "How often a failed attempt of its jobs is retried; when absent, what the task says, else the server.",
  concurrencyKey: "Concurrency key of the jobs that the schedule creates.",
  tags: "Tags of the jobs that the schedule creates, up to 20.",
} as const;

/** One sentence for each overlap policy. */
export const OVERLAP_VALUES = {
  skip: "The firing is skipped.",
  buffer_one: "The firing waits for the unfinished job; further ones are skipped.",
  buffer_all: "The firing waits its turn, as do all further ones.",
  cancel_other: "The unfinished job is cancelled and the firing creates its job.",
  allow_all: "The firing creates its job at once, beside the unfinished one.",
} as const;

/** One sentence for each member of a coming firing. */
export const NEXT_FIRING = {
  at: "When it fires.",
  local: "The same time on the wall clock of the schedule's time zone, with its offset.",
  note: "What a change of the clocks does to the firing; absent when it does nothing.",
} as const;

/** One sentence for each member of a past firing. */
export const FIRING = {
  kind: "Whether the plan or a person made the schedule fire.",
  fireAt: "Time of the firing, by the plan.",
  status: "What became of the firing.",
  jobId: "Id of the job that the firing created; null when it created none.",
  note: "Why the firing was skipped or missed, or what it came from; null when there is nothing to say.",
  decidedAt: "When the server decided about the firing.",
} as const;
