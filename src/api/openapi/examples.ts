import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { APPROVAL_EXAMPLE } from "../resources/approval.ts";
import { AUDIT_ENTRY_EXAMPLE } from "../resources/audit-entry.ts";
import { EXECUTION_EXAMPLE } from "../resources/execution.ts";
import { STATS_HISTORY_EXAMPLE } from "../resources/history.ts";
import { JOB_EXAMPLE } from "../resources/job.ts";
import { LEDGER_EXAMPLE } from "../resources/ledger.ts";
import { LOG_ITEM_EXAMPLE } from "../resources/log-item.ts";
import { MEMORY_EXAMPLE } from "../resources/memory.ts";
import { NOTIFICATION_DELIVERY_EXAMPLE, NOTIFICATION_RULE_EXAMPLE } from "../resources/notification.ts";
import { OPERATION_EXAMPLE } from "../resources/run.ts";
import { SCHEDULE_EXAMPLE } from "../resources/schedule.ts";
import { SECRET_EXAMPLE } from "../resources/secret.ts";
import { SETTING_EXAMPLE } from "../resources/setting.ts";
import { TASK_EXAMPLE } from "../resources/task.ts";
import { TRACE_EXAMPLE } from "../resources/trace.ts";
import { DELIVERY_EXAMPLE, WEBHOOK_EXAMPLE } from "../resources/webhook.ts";

const NUMBERS = { num1: 5, num2: 10 };
const CREATED_AT = "2026-11-23T08:00:00.000Z";
const ENDED_AT = "2026-11-23T08:00:00.012Z";

const COMPLETED = {
  ...JOB_EXAMPLE,
  status: "completed",
  attempts: 1,
  executionId: 23,
  startedAt: CREATED_AT,
  finishedAt: ENDED_AT,
};

const USER_EXAMPLE = {
  name: "ada",
  role: "admin",
  tasks: null,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
  lastLoginAt: ENDED_AT,
};

const KEY_EXAMPLE = {
  name: "ci",
  role: "operator",
  tasks: ["billing-*"],
  start: "rtk_Zk3pQ1",
  createdAt: CREATED_AT,
  rotatedAt: CREATED_AT,
  expiresAt: "2027-02-21T08:00:00.000Z",
  previousExpiresAt: null,
  revokedAt: null,
  lastUsedAt: ENDED_AT,
};

/** A step of the example of a workflow. */
const workflowNode = (name: string, task: string, line: number): JsonObject => ({
  ...{ id: name, name, kind: "task", subject: task, version: null, parent: null, case: null, isDefault: false },
  ...{ if: null, forEach: null, onError: "fail", compensate: null, line },
});

const page = (...items: JsonValue[]) => ({ items, nextCursor: null });

/** Examples of the responses that the schemas of the OpenAPI document describe. */
export function responseExamples(): Readonly<Record<string, JsonValue>> {
  return {
    TaskDetail: {
      ...TASK_EXAMPLE,
      availableVersions: ["1.1.0", "1.0.0"],
      inputSchema: { type: "object", required: ["num1", "num2"] },
      outputSchema: { type: "object" },
      limits: {
        time: 30_000,
        cleanup: 10_000,
        memory: 67_108_864,
        stack: 262_144,
        output: 16_777_216,
        logs: 1_048_576,
        fetches: 1_000,
        fetchResponse: 16_777_216,
        fetchTotal: 67_108_864,
      },
      retry: { maxRetries: 5, delay: 1_000, also: ["NetworkError"] },
      permissions: { hosts: ["api.example.com"] },
      kind: "program",
      hasReadme: true,
    },
    TaskPage: page(TASK_EXAMPLE),
    VersionPage: page({
      version: "1.1.0",
      kept: true,
      unfinished: { queued: 0, processing: 1, retrying: 0, sleeping: 12, paused: 0, needs_attention: 0 },
      checksum: "d29049b5d7a462a1bc6fe0528898a40161679c4bb40269849c350baa02ec8d2c",
      source: "tasks",
      origin: "tasks/addition",
      available: true,
      createdAt: CREATED_AT,
      updatedAt: CREATED_AT,
    }),
    Validation: {
      valid: false,
      problems: [],
      violations: [{ pointer: "/input", message: 'must have the member "num2"' }],
    },
    DirectResult: {
      executionId: 23,
      status: "completed",
      success: true,
      version: "1.1.0",
      output: { sum: 15 },
      error: null,
      durationMs: 0.4,
    },
    Job: JOB_EXAMPLE,
    JobDetail: { ...COMPLETED, output: { sum: 15 } },
    ForkedJob: {
      ...JOB_EXAMPLE,
      forkedFrom: { executionId: 23, step: "charge" },
      warnings: ['"charge" is done again, and nothing says that it may be repeated: it has no retry of its own.'],
    },
    JobPage: { items: [COMPLETED], nextCursor: "17" },
    JobBatch: { jobs: [{ id: 17, status: "queued", created: true }], created: 1, onComplete: null },
    JobExplanation: {
      jobId: 17,
      reason: "task_concurrency",
      message: "4 jobs of the task are running; its limit is 4.",
      until: null,
      ahead: 12,
      limit: 4,
      running: 4,
    },
    ExecutionDetail: { ...EXECUTION_EXAMPLE, input: NUMBERS, output: { sum: 15 } },
    ExecutionPage: page(EXECUTION_EXAMPLE),
    Ledger: LEDGER_EXAMPLE,
    OperationPage: page(OPERATION_EXAMPLE),
    SentSignal: { id: 9, status: "delivered" },
    Approval: APPROVAL_EXAMPLE,
    ApprovalPage: page(APPROVAL_EXAMPLE),
    LogItemPage: page(LOG_ITEM_EXAMPLE),
    Trace: TRACE_EXAMPLE,
    LogPage: page({ seq: 0, level: "info", message: "adding", time: CREATED_AT }),
    Schedule: SCHEDULE_EXAMPLE,
    SchedulePage: page(SCHEDULE_EXAMPLE),
    NextFirings: page({ at: "2026-11-24T01:00:00.000Z", local: "2026-11-24T02:00:00+01:00" }),
    FiringPage: page({
      kind: "planned",
      fireAt: CREATED_AT,
      status: "enqueued",
      jobId: 17,
      note: null,
      decidedAt: CREATED_AT,
    }),
    OriginPage: page({
      origin: "https://api.example.com",
      state: "open",
      calls: 12,
      failures: 11,
      opensUntil: ENDED_AT,
    }),
    SourcePage: page({
      name: "tasks",
      uri: "file://./tasks",
      kind: "directory",
      watch: true,
      state: "current",
      revision: null,
      tasks: 7,
      versions: 8,
      checkedAt: CREATED_AT,
      loadedAt: CREATED_AT,
      error: null,
      problems: [],
    }),
    CacheStats: {
      entries: 7,
      bytes: 20_000,
      maxEntries: 1_000,
      maxBytes: 67_108_864,
      hits: 120,
      misses: 7,
      purged: 0,
    },
    QueueState: {
      paused: false,
      pauses: [{ scope: { taskId: 1 }, note: "under repair", pausedAt: CREATED_AT }],
      limits: [{ scope: { key: "customer-4" }, concurrency: 2, rate: { count: 100, periodMs: 60_000 } }],
    },
    Secret: SECRET_EXAMPLE,
    SecretPage: page(SECRET_EXAMPLE),
    NotificationRule: NOTIFICATION_RULE_EXAMPLE,
    NotificationRulePage: page(NOTIFICATION_RULE_EXAMPLE),
    NotificationDeliveryPage: page(NOTIFICATION_DELIVERY_EXAMPLE),
    NotificationTestResults: {
      items: [
        {
          target: NOTIFICATION_RULE_EXAMPLE.to[0] ?? null,
          delivered: true,
          status: 200,
          response: "ok",
          error: null,
          durationMs: 12,
        },
      ],
    },
    Webhook: WEBHOOK_EXAMPLE,
    WebhookPage: page(WEBHOOK_EXAMPLE),
    DeliveryPage: page(DELIVERY_EXAMPLE),
    HookResult: { job: { id: 17 } },
    WorkerPage: page({
      id: "4711-6a1f",
      host: "server-1",
      pid: 4711,
      startedAt: CREATED_AT,
      seenAt: ENDED_AT,
      running: [{ executionId: 23, jobId: 17, taskId: 1, attempt: 1, startedAt: CREATED_AT }],
    }),
    AuditPage: page(AUDIT_ENTRY_EXAMPLE),
    Stats: {
      jobs: {
        queued: 2,
        processing: 1,
        retrying: 0,
        sleeping: 4,
        paused: 0,
        needs_attention: 0,
        completed: 812,
        failed: 3,
        cancelled: 0,
      },
      executions: {
        pending: 0,
        running: 1,
        sleeping: 4,
        paused: 0,
        needs_attention: 0,
        completed: 840,
        failed: 9,
        cancelled: 0,
      },
      meanDurationMs: 1.7,
      oldestReadyMs: 3,
      directRunning: 0,
      tasks: { total: 8, enabled: 8 },
      schedules: { total: 1, enabled: 1 },
      workers: 1,
      memory: MEMORY_EXAMPLE,
      caches: [{ name: "tasks", entries: 8, bytes: 24_576, hits: 811, misses: 8 }],
    },
    StatsHistory: STATS_HISTORY_EXAMPLE,
    SettingPage: page(SETTING_EXAMPLE),
    MadeTest: {
      written: true,
      path: "tasks/addition/tests/rounding.json",
      test: { description: "From execution 23.", input: NUMBERS, expected_output: { sum: 15 } },
      missing: [],
    },
    WorkflowGraph: {
      nodes: [workflowNode("stock", "check-stock", 2), workflowNode("charge", "charge-card", 5)],
      edges: [{ from: "stock", to: "charge", type: "depends" }],
    },
    RecentInputPage: page({ input: { num1: 5, num2: 10 }, jobId: 17, at: CREATED_AT }),
    User: USER_EXAMPLE,
    UserPage: page(USER_EXAMPLE),
    KeyPage: page(KEY_EXAMPLE),
    IssuedKey: { ...KEY_EXAMPLE, lastUsedAt: null, key: "rtk_Zk3pQ1..." },
    Identity: { kind: "key", name: "ci", role: "operator", tasks: ["billing-*"] },
    Health: { status: "ok", version: "0.1.0", uptimeSeconds: 682 },
    Readiness: { status: "ready", ready: true, reasons: [], checks: [{ name: "database", ok: true }] },
    Version: {
      name: "ratchet",
      version: "0.1.0",
      commit: "24a3876e87e228a4e94e25fdaebe1966fa6b12ac",
      buildDate: CREATED_AT,
      bun: "1.4.5",
    },
  };
}
