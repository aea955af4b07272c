import type { Ledger, Schedule, TaskDetail, Webhook } from "../../../../../dist/generated/api-types.ts";

/** What a task is connected with. */
export interface Connection {
  id: string;
  kind: "schedule" | "webhook" | "origin" | "task" | "secret";
  name: string;
  /** What is said about it in a few words. */
  note: string | undefined;
  /** The page about it. */
  to: string | undefined;
}

/** What starts a task, and what it used lately. */
export interface Connections {
  starts: readonly Connection[];
  uses: readonly Connection[];
}

/** What an execution touched, as far as it is shown here. */
export type Touched = Pick<Ledger, "origins" | "secrets" | "tasks">;

/** Returns what starts a task and what its latest executions touched, each thing once. */
export function connectionsOf(
  task: Pick<TaskDetail, "permissions">,
  schedules: readonly Schedule[],
  webhooks: readonly Webhook[],
  touched: readonly Touched[],
): Connections {
  return {
    starts: [...schedules.map(ofSchedule), ...webhooks.map(ofWebhook)],
    uses: [...origins(touched), ...secrets(task, touched), ...tasks(task, touched)],
  };
}

function ofSchedule({ id, name, enabled }: Schedule): Connection {
  const note = enabled ? undefined : "paused";
  return { id: `schedule ${id}`, kind: "schedule", name, note, to: `/schedules/${id}` };
}

function ofWebhook({ name }: Webhook): Connection {
  return { id: `webhook ${name}`, kind: "webhook", name, note: undefined, to: "/webhooks" };
}

function origins(touched: readonly Touched[]): Connection[] {
  const sums = new Map<string, { count: number; failures: number }>();
  for (const { origin, count, failures } of touched.flatMap((one) => one.origins)) {
    const sum = sums.get(origin) ?? { count: 0, failures: 0 };
    sums.set(origin, { count: sum.count + count, failures: sum.failures + failures });
  }
  return [...sums].map(([name, { count, failures }]) => ({
    id: `origin ${name}`,
    kind: "origin",
    name: name === "*" ? "further origins" : name,
    note: `${count} ${count === 1 ? "call" : "calls"}${failures === 0 ? "" : `, ${failures} failed`}`,
    to: undefined,
  }));
}

function secrets({ permissions }: Pick<TaskDetail, "permissions">, touched: readonly Touched[]): Connection[] {
  const declared = permissions?.secrets ?? [];
  const names: readonly string[] = Array.isArray(declared) ? declared : Object.keys(declared);
  const used = new Set(touched.flatMap((one) => one.secrets));
  return [...new Set([...names, ...used])].map((name) => ({
    id: `secret ${name}`,
    kind: "secret",
    name,
    note: used.has(name) ? "used" : "declared",
    to: undefined,
  }));
}

function tasks({ permissions }: Pick<TaskDetail, "permissions">, touched: readonly Touched[]): Connection[] {
  const called = new Set(touched.flatMap((one) => one.tasks));
  return [...new Set([...(permissions?.tasks ?? []), ...called])].map((name) => ({
    id: `task ${name}`,
    kind: "task",
    name,
    note: called.has(name) ? "called" : "may be called",
    to: `/tasks/${encodeURIComponent(name)}`,
  }));
}
