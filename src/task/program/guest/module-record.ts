/** Runs a module's code, or starts it and returns a promise if the module awaits something at its top level. */
export type Body = () => unknown;

/** The function that stands for a module in a bundle. It evaluates the module. */
export interface Evaluate {
  (): unknown;
  readonly module: ModuleRecord;
}

/** What a module imports, in order: modules, and code that runs at once, such as the `require` of a CommonJS module. */
export type Imports = () => readonly (Evaluate | Body)[];

/** A module, as the Cyclic Module Record of ECMA-262 describes it. */
export interface ModuleRecord {
  readonly imports: Imports;
  /** It awaits something at its own top level. */
  readonly hasAwait: boolean;
  readonly body: Body;
  status: "linked" | "evaluating" | "evaluating-async" | "evaluated";
  /** Its place in the order of a depth-first search. */
  index: number;
  /** The lowest index of the modules of its cycle. */
  ancestorIndex: number;
  /** The module of its cycle that was reached first. Undefined until the cycle was searched. */
  cycleRoot: ModuleRecord | undefined;
  /** Its place in the order in which asynchronous modules began. Undefined for others, and once it has ended. */
  asyncOrder: number | undefined;
  /** How many of the modules that it waits for have not ended. */
  pending: number;
  /** The modules that wait for it. */
  readonly asyncParents: ModuleRecord[];
  failed: { error: unknown } | undefined;
  /** What its evaluation returned, if it was asked for. */
  ended: PromiseWithResolvers<void> | undefined;
  /** What it awaits or has awaited last, and the place of that `await`. */
  awaits: Awaited | undefined;
}

/** A value that a top-level `await` waits for. */
export interface Awaited {
  value: unknown;
  /** FILE:LINE:COLUMN of the `await`. */
  place: string;
}

/** Creates the record of a module that was not evaluated yet. */
export function newModule(imports: Imports, hasAwait: boolean, body: Body): ModuleRecord {
  return {
    imports,
    hasAwait,
    body,
    status: "linked",
    index: 0,
    ancestorIndex: 0,
    cycleRoot: undefined,
    asyncOrder: undefined,
    pending: 0,
    asyncParents: [],
    failed: undefined,
    ended: undefined,
    awaits: undefined,
  };
}
