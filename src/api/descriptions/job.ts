/** One sentence for each member of a job, shared by REST and GraphQL. */
export const JOB = {
  id: "Number of the job.",
  status: "Where the job stands.",
  taskId: "Id of the task that the job runs.",
  task: "The task that the job runs; null once the task is gone from the database.",
  version: "Exact version of the task to run; null means the newest version at the time it runs.",
  priority: "How urgent the job is: more urgent jobs start first.",
  input: "The value that the task receives.",
  output: "What the latest execution returned; null unless the job is completed.",
  runAt: "The job does not start before this time.",
  attempts: "How often the job was started, which is also the attempt of its latest execution. Nothing resets it.",
  retries: "How many of maxRetries are used up; a manual retry resets it to 0.",
  maxRetries: "How often a failed attempt is retried; null leaves it to the task, then to the server.",
  rescues: "How often the job was taken up again because its server was lost.",
  idempotencyKey: "Another request with this key returns this job instead of creating one.",
  uniqueKey:
    "While the job is unfinished, a request with this key for the same task returns it instead of creating one.",
  concurrencyKey: "Jobs with the same key share the limits that are set for it.",
  tags: "Words by which jobs are found.",
  scheduleId: "Id of the schedule that created the job; null for all other jobs.",
  scheduledAt: "Firing time by the plan of the schedule, which retries keep; null without a schedule.",
  progress: "Latest value that the task reported with context.progress; null before the first.",
  error: "Why the latest attempt failed; null when it did not fail.",
  executionId: "Id of the latest execution; null before the first.",
  executions: "Executions of the job, oldest first.",
  createdAt: "When the job was created.",
  startedAt: "When the latest attempt started; null before the first.",
  finishedAt: "When the job ended; null while it is unfinished.",
} as const;

/** One sentence for each member of a request for a job. */
export const NEW_JOB_MEMBERS = {
  task: "The task to run: its label, uuid or id.",
  taskId: "Id of the task to run.",
  version: "Exact version to run; the newest when absent.",
  input: "The value that the task receives, checked against its input schema; {} when absent.",
  priority: "How urgent the job is: more urgent jobs start first.",
  runAt: "The job does not start before this time: ISO 8601 with a zone, or ms since 1970.",
  maxRetries: "How often a failed attempt is retried; when absent, what the task says, else the server (3).",
  idempotencyKey: "Another request with this key returns the same job.",
  uniqueKey: "While an unfinished job of the task has this key, that job is returned and none is created.",
  concurrencyKey: "Jobs with the same key share the limits that are set for it.",
  tags: "Words by which jobs are found, up to 20.",
} as const;

/** One sentence for each condition on jobs, shared by REST and GraphQL. */
export const JOB_CONDITIONS = {
  status: "Only jobs in one of these statuses.",
  task: "Only jobs of this task: its label, uuid or id.",
  taskId: "Only jobs of the task with this id.",
  scheduleId: "Only jobs that this schedule created.",
  priority: "Only jobs of this priority.",
  idempotencyKey: "Only the job with this idempotency key.",
  uniqueKey: "Only jobs with this unique key, finished ones too.",
  concurrencyKey: "Only jobs with this concurrency key.",
  version: "Only jobs that ask for exactly this version of their task.",
  errorCode: "Only jobs whose latest attempt failed with this code, such as TASK_FAILED.",
  tag: "Only jobs with this tag.",
  createdFrom: "Only jobs created at this time or later.",
  createdTo: "Only jobs created before this time.",
} as const;

/** One sentence for each status of a job. */
export const JOB_STATUS_VALUES = {
  queued: "It waits to be started, or for its time.",
  processing: "It is running.",
  retrying: "An attempt failed and the job waits for the next one.",
  completed: "It ended and has an output.",
  failed: "It failed and is not retried any more.",
  cancelled: "It was cancelled.",
} as const;

/** One sentence for each priority of a job. */
export const JOB_PRIORITY_VALUES = {
  low: "It starts after all other jobs.",
  normal: "The default.",
  high: "It starts before jobs of normal and low priority.",
  critical: "It starts before all other jobs.",
} as const;

/** One sentence for each member of the counts of jobs. */
export const JOB_COUNT_MEMBERS = {
  total: "Number of jobs that are kept, in any status.",
  queued: "Number of queued jobs.",
  processing: "Number of jobs that are running.",
  retrying: "Number of jobs that wait to be retried.",
  completed: "Number of completed jobs that are kept.",
  failed: "Number of failed jobs that are kept.",
  cancelled: "Number of cancelled jobs that are kept.",
} as const;
