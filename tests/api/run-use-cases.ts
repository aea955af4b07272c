import type { UseCase } from "./use-case.ts";

/** What concerns durable runs. */
export const RUN_USE_CASES: readonly UseCase[] = [
  {
    what: "kill a job",
    service: "jobs.kill",
    rest: ["POST /jobs/{id}/kill"],
    graphql: ["killJob"],
    cli: ["jobs kill"],
  },
  {
    what: "pause a job",
    service: "jobs.pause",
    rest: ["POST /jobs/{id}/pause"],
    graphql: ["pauseJob"],
    cli: ["jobs pause"],
  },
  {
    what: "resume a job",
    service: "jobs.resume",
    rest: ["POST /jobs/{id}/resume"],
    graphql: ["resumeJob"],
    cli: ["jobs resume"],
  },
  {
    what: "kill an execution",
    service: "executions.kill",
    rest: ["POST /executions/{id}/kill"],
    graphql: ["killExecution"],
    cli: ["executions kill"],
  },
  {
    what: "pause an execution",
    service: "executions.pause",
    rest: ["POST /executions/{id}/pause"],
    graphql: ["pauseExecution"],
    cli: ["executions pause"],
  },
  {
    what: "resume an execution",
    service: "executions.resume",
    rest: ["POST /executions/{id}/resume"],
    graphql: ["resumeExecution"],
    cli: ["executions resume"],
  },
];
