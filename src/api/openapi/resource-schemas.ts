import { APPROVAL } from "../resources/approval.ts";
import { AUDIT_ENTRY } from "../resources/audit-entry.ts";
import { API_KEY, IDENTITY, ISSUED_KEY, USER } from "../resources/credentials.ts";
import { GUEST_ERROR, TASK_ERROR } from "../resources/error.ts";
import { DIRECT_RESULT, EXECUTION, EXECUTION_DETAIL, LOG_LINE } from "../resources/execution.ts";
import { STATS_HISTORY } from "../resources/history.ts";
import { FORKED_JOB, JOB, JOB_DETAIL } from "../resources/job.ts";
import { CHANGED, JOB_BATCH, JOB_EXPLANATION } from "../resources/job-parts.ts";
import { LEDGER } from "../resources/ledger.ts";
import { LOG_ITEM } from "../resources/log-item.ts";
import { MADE_TEST } from "../resources/made-test.ts";
import { NOTIFICATION_DELIVERY, NOTIFICATION_RULE, NOTIFICATION_TEST_RESULTS } from "../resources/notification.ts";
import { ORIGIN } from "../resources/origin.ts";
import { TEXT_OR_NULL } from "../resources/parts.ts";
import { QUEUE_STATE } from "../resources/queue-state.ts";
import { RECENT_INPUT } from "../resources/recent-input.ts";
import { defineResource } from "../resources/resource.ts";
import { OPERATION, SENT_SIGNAL } from "../resources/run.ts";
import { FIRING, NEXT_FIRING, SCHEDULE } from "../resources/schedule.ts";
import { SECRET } from "../resources/secret.ts";
import { HEALTH, PROBLEM, READINESS, VERSION } from "../resources/server.ts";
import { SETTING } from "../resources/setting.ts";
import { CACHE_STATS, SOURCE } from "../resources/source.ts";
import { STATS } from "../resources/stats.ts";
import { TASK, TASK_DETAIL, TASK_VERSION } from "../resources/task.ts";
import { TASK_NAME } from "../resources/task-name.ts";
import { TRACE } from "../resources/trace.ts";
import { FOUND_PROBLEM, VALIDATION, VIOLATION } from "../resources/validation.ts";
import { DELIVERY, HOOK_RESULT, WEBHOOK } from "../resources/webhook.ts";
import { WORKER } from "../resources/worker-state.ts";
import { WORKFLOW_GRAPH } from "../resources/workflow-graph.ts";

/** Names of pages and of what is on them. */
const PAGES = {
  TaskPage: "Task",
  VersionPage: "TaskVersion",
  JobPage: "Job",
  ExecutionPage: "Execution",
  LogPage: "LogLine",
  SchedulePage: "Schedule",
  NextFirings: "NextFiring",
  FiringPage: "Firing",
  OriginPage: "Origin",
  SourcePage: "Source",
  WorkerPage: "Worker",
  SecretPage: "Secret",
  UserPage: "User",
  KeyPage: "ApiKey",
  WebhookPage: "Webhook",
  DeliveryPage: "Delivery",
  NotificationRulePage: "NotificationRule",
  NotificationDeliveryPage: "NotificationDelivery",
  AuditPage: "AuditEntry",
  SettingPage: "Setting",
  RecentInputPage: "RecentInput",
  LogItemPage: "LogItem",
  OperationPage: "Operation",
  ApprovalPage: "Approval",
} as const;

const RESOURCES = {
  TaskName: TASK_NAME,
  Task: TASK,
  TaskDetail: TASK_DETAIL,
  TaskVersion: TASK_VERSION,
  FoundProblem: FOUND_PROBLEM,
  Violation: VIOLATION,
  Validation: VALIDATION,
  Job: JOB,
  JobDetail: JOB_DETAIL,
  ForkedJob: FORKED_JOB,
  JobBatch: JOB_BATCH,
  JobExplanation: JOB_EXPLANATION,
  Changed: CHANGED,
  GuestError: GUEST_ERROR,
  TaskError: TASK_ERROR,
  Execution: EXECUTION,
  ExecutionDetail: EXECUTION_DETAIL,
  LogLine: LOG_LINE,
  Operation: OPERATION,
  SentSignal: SENT_SIGNAL,
  Approval: APPROVAL,
  Ledger: LEDGER,
  Trace: TRACE,
  DirectResult: DIRECT_RESULT,
  Schedule: SCHEDULE,
  NextFiring: NEXT_FIRING,
  Firing: FIRING,
  Origin: ORIGIN,
  Source: SOURCE,
  CacheStats: CACHE_STATS,
  QueueState: QUEUE_STATE,
  Worker: WORKER,
  Secret: SECRET,
  Webhook: WEBHOOK,
  Delivery: DELIVERY,
  HookResult: HOOK_RESULT,
  NotificationRule: NOTIFICATION_RULE,
  NotificationDelivery: NOTIFICATION_DELIVERY,
  NotificationTestResults: NOTIFICATION_TEST_RESULTS,
  AuditEntry: AUDIT_ENTRY,
  LogItem: LOG_ITEM,
  Stats: STATS,
  StatsHistory: STATS_HISTORY,
  Setting: SETTING,
  RecentInput: RECENT_INPUT,
  WorkflowGraph: WORKFLOW_GRAPH,
  MadeTest: MADE_TEST,
  User: USER,
  ApiKey: API_KEY,
  IssuedKey: ISSUED_KEY,
  Identity: IDENTITY,
  Health: HEALTH,
  Readiness: READINESS,
  Version: VERSION,
  Problem: PROBLEM,
} as const;

/** JSON Schemas of the bodies of REST's responses, by name: components/schemas of the OpenAPI document. */
export function resourceSchemas(): Record<string, object> {
  const pages = Object.entries(PAGES).map(([name, item]) => [name, pageOf(item)]);
  return { ...RESOURCES, ...Object.fromEntries(pages) };
}

function pageOf(item: string): object {
  return defineResource("A page of a list.", {
    items: {
      type: "array",
      items: { $ref: `#/components/schemas/${item}` },
      description: "The items of this page.",
    },
    nextCursor: { ...TEXT_OR_NULL, description: "Cursor of the next page; null on the last page." },
  });
}
