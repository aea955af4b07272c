/** One thing that a run of the crash test does. Its result follows from it, whatever happens to the server. */
export type PlannedOperation =
  | { kind: "step" | "call" | "emit"; value: number }
  | { kind: "map"; values: number[] }
  | { kind: "sleep"; ms: number }
  | { kind: "wait"; signal: string }
  | { kind: "fail"; value: number }
  | { kind: "approve"; title: string }
  /** A workflow whose second step fails, so that its first one is compensated. */
  | { kind: "compensate" }
  /** Calls a task so often that returns something else each time that it runs, and then tells the world what that was. */
  | { kind: "draw"; calls: number }
  | { kind: "all"; operations: PlannedOperation[] };

/** What one run of the crash test does. */
export interface Plan {
  id: string;
  operations: PlannedOperation[];
}

/** The task that carries out a plan. An effect is a request to a server that counts them. */
export const PLANNED_TASK = `async ({ id, effects, operations }, context) => {
  const perform = async (operation, path) => {
    switch (operation.kind) {
      case "step":
        return context.step("effect", async () => {
          await fetch(effects + path, { method: "POST" });
          return operation.value;
        });
      case "call":
        return context.call("effect", { effects, path, value: operation.value });
      case "map": {
        const items = operation.values.map((value, i) => ({ effects, path: path + "." + i, value }));
        return context.map(items, "effect", { concurrency: 3 });
      }
      case "sleep":
        await context.sleep(operation.ms);
        return "slept";
      case "wait":
        return context.waitFor(operation.signal);
      case "emit":
        await context.emit("progress", operation.value);
        return "emitted";
      case "fail":
        try {
          return await context.call("refuses", operation.value);
        } catch (error) {
          return error.name + " " + error.message;
        }
      case "approve": {
        const { approved, input } = await context.approve({ title: operation.title, schema: { required: ["note"] } });
        return [approved, input.note];
      }
      case "compensate":
        try {
          return await context.call("ordered", { effects, path });
        } catch (error) {
          return error.name + " " + error.message;
        }
      case "draw": {
        const drawn = [];
        for (let i = 0; i < operation.calls; i++) drawn.push(await context.call("draws", { effects, tell: i % 4 === 3 }));
        const told = effects + "told/" + path + "/" + drawn.join(".");
        await fetch(told, { method: "POST" });
        await context.step("tell", async () => {
          await fetch(told, { method: "POST" });
        });
        return drawn.length;
      }
      case "all":
        return Promise.all(operation.operations.map((inner, i) => perform(inner, path + "." + i)));
    }
  };
  const results = [];
  for (const [i, operation] of operations.entries()) results.push(await perform(operation, id + "-" + i));
  return results;
}`;

/** A workflow that {@link PLANNED_TASK} calls. */
export const PLANNED_WORKFLOW = `steps:
  charge:
    task: effect
    input: { effects: "\${ input.effects }", path: "\${ input.path }.charge", value: 1 }
    compensate:
      task: effect
      input: { effects: "\${ input.effects }", path: "\${ input.path }.refund", value: 2 }
  cool:
    after: [charge]
    sleep: 50ms
  ship:
    after: [cool]
    task: refuses
    input: 7
`;

/** The children of {@link PLANNED_TASK}. */
export const PLANNED_CHILDREN: Readonly<Record<string, string>> = {
  effect: `async ({ effects, path, value }) => { await fetch(effects + path, { method: "POST" }); return value; }`,
  draws: `async ({ effects, tell }, context) => {
    if (tell) await fetch(effects + "execution/" + context.executionId, { method: "POST" });
    return crypto.randomUUID().slice(0, 8);
  }`,
  refuses: `(value) => { throw new DataError("no " + value); }`,
};

/** Returns what a plan leads to. */
export function expectedResults({ operations }: Pick<Plan, "operations">): unknown[] {
  return operations.map(expectedResult);
}

function expectedResult(operation: PlannedOperation): unknown {
  switch (operation.kind) {
    case "step":
    case "call":
      return operation.value;
    case "map":
      return operation.values;
    case "sleep":
      return "slept";
    case "wait":
      return signalValue(operation.signal);
    case "emit":
      return "emitted";
    case "fail":
      return `DataError no ${operation.value}`;
    case "approve":
      return [true, noteOf(operation.title)];
    case "compensate":
      return "DataError no 7";
    case "draw":
      return operation.calls;
    case "all":
      return operation.operations.map(expectedResult);
  }
}

/** The note that an approval is answered with. */
export const noteOf = (title: string): string => `note of ${title}`;

/** The value that is sent with a signal. */
export const signalValue = (signal: string): string => `value of ${signal}`;

/** Returns the paths of the effects of a plan, each of which has to happen. */
export function effectsOf({ id, operations }: Plan): string[] {
  return operations.flatMap((operation, i) => effectsAt(operation, `${id}-${i}`));
}

function effectsAt(operation: PlannedOperation, path: string): string[] {
  if (operation.kind === "step" || operation.kind === "call") return [path];
  if (operation.kind === "compensate") return [`${path}.charge`, `${path}.refund`];
  if (operation.kind === "map") return operation.values.map((_, i) => `${path}.${i}`);
  if (operation.kind === "all") return operation.operations.flatMap((inner, i) => effectsAt(inner, `${path}.${i}`));
  return [];
}

/** Returns the signals that a plan waits for, in the order in which it may ask for them. */
export function signalsOf({ operations }: Pick<Plan, "operations">): string[] {
  return operations.flatMap((operation) => {
    if (operation.kind === "wait") return [operation.signal];
    return operation.kind === "all" ? signalsOf(operation) : [];
  });
}

/** Creates a plan of one to six operations. @param random in [0, 1) */
export function randomPlan(id: string, random: () => number = Math.random): Plan {
  let signals = 0;
  const number = (most: number) => Math.floor(random() * most);
  const create = (depth: number): PlannedOperation => {
    const plain = ["step", "call", "emit", "map", "sleep", "wait", "fail", "approve", "compensate", "draw"] as const;
    const kinds = depth === 0 ? ([...plain, "all"] as const) : plain;
    const kind = kinds[number(kinds.length)] ?? "step";
    if (kind === "map") return { kind, values: Array.from({ length: number(6) }, () => number(1_000)) };
    if (kind === "sleep") return { kind, ms: number(400) };
    if (kind === "compensate") return { kind };
    if (kind === "draw") return { kind, calls: 1 + number(12) };
    if (kind === "approve") return { kind, title: `${id} approval ${signals++}` };
    if (kind === "wait") return { kind, signal: `signal-${signals++}` };
    if (kind === "all") return { kind, operations: Array.from({ length: 1 + number(4) }, () => create(1)) };
    return { kind, value: number(1_000) };
  };
  return { id, operations: Array.from({ length: 1 + number(6) }, () => create(0)) };
}

/** Returns the paths at which a plan tells the world what it has drawn. */
export function drawsOf({ id, operations }: Plan): string[] {
  return operations.flatMap((operation, i) => drawsAt(operation, `${id}-${i}`));
}

function drawsAt(operation: PlannedOperation, path: string): string[] {
  if (operation.kind === "draw") return [path];
  return operation.kind === "all" ? operation.operations.flatMap((inner, i) => drawsAt(inner, `${path}.${i}`)) : [];
}
