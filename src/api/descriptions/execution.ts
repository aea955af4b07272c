/** One sentence for each member of what an execution used, shared by REST and GraphQL. */
export const USAGE = {
  cpuMs: "Time that a thread worked for the execution, in ms; null when it is not known.",
  peakMemoryBytes: "Most memory that the program used at once, in bytes; null when it is not known.",
  fetchCount: "Number of HTTP requests that the task sent; null when it is not known.",
  fetchBytes: "Bytes of HTTP bodies sent and received; null when it is not known.",
} as const;

/** One sentence for each member of an execution, shared by REST and GraphQL. */
export const EXECUTION = {
  id: "Number of the execution.",
  status: "Where the execution stands.",
  jobId: "Id of the job it is an attempt of; null for a direct execution.",
  taskId: "Id of the task that ran.",
  task: "The task that ran; null once the task is gone from the database.",
  version: "Version of the task that ran; null until it is known.",
  attempt: "Number of the attempt: 1 for the first execution of a job, one more for each further one.",
  workerId: "Id of the server process that ran it.",
  input: "The value that the task received.",
  output: "What the task returned; null unless the execution is completed.",
  createdAt: "When the execution was created.",
  startedAt: "When the task started; null before.",
  finishedAt: "When the execution ended; null while it runs.",
  durationMs: "How long the task ran, in ms; null while it runs.",
  queueWaitMs: "How long the job waited from when it was due until it started, in ms.",
  usage: "What the execution used.",
  logCount: "Number of console lines that are kept.",
  error: "Why the execution failed; null when it did not fail.",
} as const;

/** One sentence for each status of an execution. */
export const EXECUTION_STATUS_VALUES = {
  pending: "It has not started yet.",
  running: "It is running.",
  completed: "It ended and has an output.",
  failed: "It ended with an error.",
  cancelled: "It was cancelled.",
} as const;

/** One sentence for each member of the counts of executions. */
export const EXECUTION_COUNT_MEMBERS = {
  total: "Number of executions that are kept, in any status.",
  pending: "Number of executions that have not started.",
  running: "Number of executions that are running.",
  completed: "Number of completed executions that are kept.",
  failed: "Number of failed executions that are kept.",
  cancelled: "Number of cancelled executions that are kept.",
} as const;

/** One sentence for each member of a console line. */
export const LOG_LINE = {
  seq: "Number of the line within its execution, from 0.",
  level: "Level of the console call that wrote the line.",
  message: "Text of the line.",
  time: "When the task wrote the line.",
} as const;

/** One sentence for each member of the result of a direct execution. */
export const DIRECT_RESULT = {
  executionId: "Id of the execution.",
  status: "How the execution ended.",
  success: "Whether the task returned an output.",
  version: "Version of the task that ran; null when it never started.",
  output: "What the task returned; null unless it succeeded.",
  error: "Why the execution failed; null when it did not fail.",
  durationMs: "How long the task ran, in ms; null when it never started.",
} as const;

/** One sentence for each member of an error that is kept with a job or an execution. */
export const TASK_ERROR = {
  code: "Stable code of the error, for programs.",
  message: "What went wrong, for people.",
  remedy: "What to do next.",
  data: "Facts about the error for programs, such as the limit that was exceeded.",
  type: "Name of the error that the task threw.",
  status: "HTTP status that the error stands for.",
  guest: "The error as the task threw it.",
} as const;

/** One sentence for each member of an error as a task threw it. */
export const GUEST_ERROR = {
  name: "Name of the error, such as TypeError.",
  message: "Message of the error.",
  classes: "Names of its class and its base classes, the nearest first.",
  code: "The error's own code, such as ECONNREFUSED.",
  stack: "Stack of the error, with places in the task's own files.",
  status: "HTTP status that the error stands for.",
  retryAfterMs: "How long the remote server asked to wait before the next attempt, in ms.",
  cause: "The error that caused this one.",
  errors: "The errors that an AggregateError collects.",
} as const;
