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
  {
    what: "fork a run",
    service: "runs.fork",
    rest: ["POST /executions/{id}/fork"],
    graphql: ["forkExecution"],
    cli: ["executions fork"],
  },
  {
    what: "send a signal",
    service: "runs.signal",
    rest: ["POST /executions/{id}/signals/{name}", "POST /jobs/{id}/signals/{name}", "POST /signals/{name}"],
    graphql: ["sendSignal"],
    cli: ["signal"],
  },
  {
    what: "list the operations of a run",
    service: "runs.operations",
    rest: ["GET /executions/{id}/operations"],
    graphql: ["executionOperations"],
  },
  { what: "follow the stream of a run", service: "runs.follow", rest: ["GET /executions/{id}/stream"] },
  {
    what: "list approvals",
    service: "approvals.list",
    rest: ["GET /approvals"],
    graphql: ["approvals"],
    cli: ["approvals list"],
  },
  {
    what: "read an approval",
    service: "approvals.get",
    rest: ["GET /approvals/{id}"],
    graphql: ["approval"],
    cli: ["approvals show"],
  },
  {
    what: "decide about an approval",
    service: "approvals.decide",
    rest: ["POST /approvals/{id}"],
    graphql: ["decideApproval"],
    cli: ["approvals approve", "approvals reject"],
  },
];
