import type { Plan } from "./plan.ts";
import type { StepRecord } from "./values.ts";

/** A top-level step, and what it waits for. */
export interface GraphStep {
  /** Its index in the plan. */
  index: number;
  /** The steps that wait for it. */
  dependents: GraphStep[] | undefined;
  /** How many steps it still waits for. */
  open: number;
  /** How many of the steps that would go to it have not ended; undefined if no step goes to it. */
  sources: number | undefined;
  /** One of them has failed. */
  isCalled: boolean;
  /** The steps that start together with it. */
  group: StepGroup | undefined;
  /** The step whose stream it reads, and those that read its own. */
  source: GraphStep | undefined;
  readers: GraphStep[] | undefined;
  state: "waiting" | "running" | "ended";
}

/** Steps that streams connect. They start together. */
export interface StepGroup {
  /** Each comes after the one whose stream it reads. */
  members: readonly GraphStep[];
  /** How many of them still wait for other steps. */
  open: number;
}

/** The top-level steps of a run. */
export interface StepGraph {
  all: GraphStep[];
  names: readonly string[];
  /** The steps to which others go when they fail. */
  targets: ReadonlyMap<GraphStep, GraphStep>;
  /** Those that wait for nothing any more, in the order in which that happened. */
  ready: GraphStep[];
  /** How many have not ended. */
  left: number;
  /** How those that have ended did so, by name: what expressions see as `steps`. */
  records: Record<string, StepRecord>;
}

/** How a step that did not run has ended. */
export const SKIPPED: StepRecord = Object.freeze({ status: "skipped", output: null, error: null });

/** Creates the graph of a run that begins. */
export function newGraph({ names, after, goTo, groups = [] }: Plan): StepGraph {
  const all = names.map(
    (_, index): GraphStep => ({
      index,
      dependents: undefined,
      open: after[index] === 0 ? 0 : (after[index]?.length ?? 0),
      sources: undefined,
      isCalled: false,
      group: undefined,
      source: undefined,
      readers: undefined,
      state: "waiting",
    }),
  );
  for (const step of all) {
    for (const before of after[step.index] || []) {
      const earlier = all[before];
      if (earlier === undefined) continue;
      earlier.dependents ??= [];
      earlier.dependents.push(step);
    }
  }
  const targets = new Map<GraphStep, GraphStep>();
  for (const [from, to] of goTo) {
    const [source, target] = [all[from], all[to]];
    if (source === undefined || target === undefined) continue;
    targets.set(source, target);
    target.sources = (target.sources ?? 0) + 1;
  }
  const ready = all.filter(({ open }) => open === 0);
  for (const connected of groups) {
    const members = connected.flatMap(([index]) => all[index] ?? []);
    const group: StepGroup = { members, open: members.filter(({ open }) => open > 0).length };
    for (const [place, member] of members.entries()) {
      member.group = group;
      member.source = all[connected[place]?.[1] ?? -1];
      if (member.source !== undefined) member.source.readers = [...(member.source.readers ?? []), member];
    }
  }
  const records = { __proto__: null } as unknown as Record<string, StepRecord>;
  const graph: StepGraph = { all, names, targets, ready: [], left: all.length, records };
  for (const step of ready) if (step.group === undefined) graph.ready.push(step);
  for (const group of new Set(all.flatMap((step) => step.group ?? []))) startGroup(graph, group);
  return graph;
}

/** May a step start that waits for nothing? One that others go to has to be called as well. */
export function canStart({ state, sources, isCalled }: GraphStep): boolean {
  return state === "waiting" && (sources === undefined || isCalled);
}

/** Records how a step has ended, and releases what waited for it. Steps that can no longer be called end as well. */
export function end(graph: StepGraph, first: GraphStep, firstRecord: StepRecord): void {
  let record = firstRecord;
  // Not recursive: steps that go to each other may be a long chain.
  for (let at: GraphStep | undefined = first; at !== undefined && at.state !== "ended"; record = SKIPPED) {
    const hasWaited = at.state === "waiting" && at.open > 0;
    at.state = "ended";
    // Its group waits no more for what it has waited for.
    if (hasWaited && at.group !== undefined) release(graph, at);
    graph.left -= 1;
    graph.records[graph.names[at.index] ?? ""] = Object.freeze(record);
    for (const dependent of at.dependents ?? []) {
      dependent.open -= 1;
      if (dependent.open === 0 && dependent.state === "waiting") release(graph, dependent);
    }
    const target = graph.targets.get(at);
    if (target?.sources !== undefined) target.sources -= 1;
    at = target?.sources === 0 && !target.isCalled ? target : undefined;
  }
}

/** A step waits for no other step any more. */
function release(graph: StepGraph, step: GraphStep): void {
  const { group } = step;
  if (group === undefined) graph.ready.push(step);
  else {
    group.open -= 1;
    startGroup(graph, group);
  }
}

function startGroup(graph: StepGraph, { open, members }: StepGroup): void {
  if (open === 0) graph.ready.push(...members);
}

/** Goes from a step that has failed to another one, which runs instead of everything that depends on the first, however far. */
export function goTo(graph: StepGraph, failed: GraphStep, target: GraphStep): void {
  target.isCalled = true;
  if (target.open === 0) graph.ready.push(target);
  const reached = [failed];
  for (let at = reached.pop(); at !== undefined; at = reached.pop()) {
    for (const dependent of [...(at.dependents ?? []), ...(at.readers ?? [])]) {
      if (dependent === target || dependent.state !== "waiting") continue;
      end(graph, dependent, SKIPPED);
      reached.push(dependent);
    }
  }
}
