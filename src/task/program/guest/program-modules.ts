import { type Evaluation, evaluate, evaluateNow } from "./evaluate-modules.ts";
import { type Body, type Evaluate, type Imports, type ModuleRecord, newModule } from "./module-record.ts";

const PromiseClass = Promise;

/**
 * What a bundle with top-level `await` consists of. The build makes a text of this file that becomes a part of each such
 * bundle; `link-modules.ts` writes the calls.
 */
export function programModules() {
  const modules: ModuleRecord[] = [];
  const evaluation: Evaluation = { asyncCount: 0, failures: [] };
  let exported: Promise<unknown> | undefined;

  return {
    /**
     * Defines a module.
     * @param isAsync the module, or one that it imports, awaits something at its top level
     */
    define(isAsync: number, hasAwait: number, imports: Imports, body: Body): Evaluate {
      const module = newModule(imports, hasAwait === 1, body);
      modules.push(module);
      const later = (required?: number) => {
        if (required === 1) throw requiredAsync();
        return importLater(module, evaluation);
      };
      return Object.assign(isAsync === 1 ? later : () => evaluateNow(module, evaluation), { module });
    },
    /** Notes what a module awaits. @returns the value */
    awaiting({ module }: Evaluate, place: string, value: unknown): unknown {
      module.awaits = { value, place };
      return value;
    },
    /** Begins to evaluate the program. @param load imports its main file */
    start(load: () => Promise<unknown>): void {
      exported = load();
    },
    /**
     * Returns the program while it loads, in the form that the guest API knows.
     * @param pick finds the task's function among the exports of the program
     */
    loading(pick: (exported: unknown) => unknown) {
      return {
        ratchet$loading: {
          program: (async () => pick(await exported))(),
          failedAt: (error: unknown) => failedAt(evaluation, error),
          waitingAt: () =>
            modules.find(({ status, awaits }) => status === "evaluating-async" && awaits !== undefined)?.awaits?.place,
        },
      };
    },
  };
}

/** Only a dynamic import evaluates an asynchronous module by itself, and it begins later. */
async function importLater(module: ModuleRecord, evaluation: Evaluation): Promise<void> {
  await undefined;
  await evaluate(module, evaluation);
}

/** As in Node.js. */
function requiredAsync(): Error {
  const message =
    "require() cannot be used on a module that has a top-level await, or imports one that has. Use import() instead.";
  return Object.assign(new Error(message), { code: "ERR_REQUIRE_ASYNC_MODULE" });
}

/** Finds the top-level `await` that has failed with an error. */
async function failedAt({ failures }: Evaluation, error: unknown): Promise<string | undefined> {
  for (const { value, place } of failures) {
    if (!(value instanceof PromiseClass)) continue;
    try {
      await value; // it is settled
    } catch (reason) {
      if (Object.is(reason, error)) return place;
    }
  }
  return undefined;
}
