/** Sentences for what only GraphQL has. */

/** Types, by name. */
export const TYPES: Readonly<Record<string, string>> = {
  Query: "Reads what the server has.",
  Mutation: "Runs tasks, and changes jobs, tasks and schedules.",
  Subscription: "Delivers changes as they happen.",
  ExecuteTaskInput: "A job to create.",
  ExecutionList: "A page of executions.",
  JobList: "A page of jobs.",
  TaskList: "A page of tasks.",
  ScheduleList: "A page of schedules.",
  Health: "Whether the server can take jobs and run them.",
  HealthCheck: "A part of the server that has to work.",
  TaskStats: "Numbers of tasks.",
  JobStatus: "Where a job stands.",
  JobPriority: "How urgent a job is.",
  ExecutionStatus: "Where an execution stands.",
  OverlapPolicy: "What happens when a firing is due while a job of the schedule is unfinished.",
};

/** Members of lists and stats, by type. */
export const LISTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ExecutionList: {
    executions: "The executions of this page.",
    total: "Number of executions that match, on all pages.",
  },
  JobList: { jobs: "The jobs of this page.", total: "Number of jobs that match, on all pages." },
  TaskList: { tasks: "The tasks of this page.", total: "Number of tasks that match, on all pages." },
  ScheduleList: { schedules: "The schedules of this page.", total: "Number of schedules that match, on all pages." },
  TaskStats: {
    total: "Number of all tasks.",
    enabled: "Number of enabled tasks.",
    disabled: "Number of disabled tasks.",
    inSync: "Number of tasks that a registry source still has.",
  },
  Health: {
    status: "ok when every part works, else degraded.",
    healthy: "Whether every part works.",
    version: "Version of the program.",
    checks: "Each part that has to work, and whether it does.",
  },
};

/** Queries and mutations, by type. */
export const OPERATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Query: {
    tasks: "Tasks that match all filters, newest first.",
    taskByUuid: "The task with this uuid; null when there is none.",
    jobs: "Jobs that match all filters, newest first.",
    job: "The job with this number; null when there is none.",
    executions: "Executions that match all filters, newest first.",
    execution: "The execution with this number; null when there is none.",
    schedules: "Schedules that match all filters, newest first.",
    schedule: "The schedule with this number; null when there is none.",
    taskStats: "Numbers of tasks.",
    jobStats: "Numbers of jobs that are kept, by status.",
    executionStats: "Numbers and durations of executions that are kept.",
    health: "Whether the server can take jobs and run them.",
  },
  Mutation: {
    createSchedule: "Creates a schedule.",
    updateSchedule: "Changes the members of a schedule that are given.",
    cancelJob: "Cancels a waiting or running job.",
  },
};

/** Arguments, by name, or by field and name where the name alone says too little. */
export const ARGUMENTS: Readonly<Record<string, string>> = {
  pagination: "Which page of the list; the first when absent.",
  taskId: "Only what belongs to the task with this id.",
  "executeTaskDirect.taskId": "Id of the task to run.",
  "executeTaskDirect.version": "Exact version to run; the newest when absent.",
  jobId: "Only what belongs to the job with this number.",
  status: "Only those in this status.",
  enabled: "Only those that are enabled, or only those that are disabled.",
  "updateTaskStatus.enabled": "Whether the task takes new jobs and runs those it has.",
  "updateTaskStatus.id": "Id of the task.",
  "cancelJob.id": "Number of the job.",
  "retryJob.id": "Number of the job.",
  id: "Number of what is meant.",
  "updateSchedule.id": "Number of the schedule.",
  "updateSchedule.input": "The members to change.",
  "deleteSchedule.id": "Number of the schedule.",
  "triggerSchedule.id": "Number of the schedule.",
  input: "What to create.",
  executionId: "Number of the execution.",
  uuid: "The task's own identity, from its metadata.",
  version: "Exact version; the newest when absent.",
};
