import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Api } from "../api/client.ts";
import type { Violation } from "../api/problem.ts";
import { useApp } from "../app-context.ts";
import { atItsField } from "./errors-by-pointer.ts";
import { checkValue } from "./schema/check-value.ts";
import type { FieldValue, Json } from "./schema/json.ts";
import { createScope } from "./schema/schema-scope.ts";

/** An input that is being entered. */
export interface CheckedInput {
  /** Label, uuid or id of the task. */
  task: string;
  version?: string | undefined;
  schema: Json | null;
  value: FieldValue;
}

/** What is wrong with an input. */
export interface InputCheck {
  /** What is wrong with it now. */
  violations: readonly Violation[];
  /** Whether the reader has tried to send it, so that missing values are errors. */
  isStrict: boolean;
  /** Says whether the text of the JSON can't be read. */
  setBroken: (isBroken: boolean) => void;
  /** Asks the server about the input as it is now. @returns whether it can be sent */
  confirm(): Promise<boolean>;
}

/** How long after the last key the server checks the input. Milliseconds. */
const TYPING_MS = 250;

/**
 * Checks an input while it is entered: at once by what the form knows, and a moment later by the server's validator,
 * whose word counts. A format is checked here too, because the newer drafts only describe with it.
 */
export function useInputCheck({ task, version, schema, value }: CheckedInput): InputCheck {
  const { api } = useApp();
  const scope = useMemo(() => createScope(schema ?? true), [schema]);
  const quick = useMemo(() => checkValue(scope, schema ?? true, value ?? {}), [scope, schema, value]);
  const [checked, setChecked] = useState<{ value: FieldValue; violations: readonly Violation[] } | undefined>(
    undefined,
  );
  const [isStrict, setStrict] = useState(false);
  const isBroken = useRef(false);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      askServer(api, { task, version, schema, value }, controller.signal).then(
        (violations) => setChecked({ value, violations }),
        () => {}, // What is known here is shown, and the server checks the input again when it is sent.
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, task, version, schema, value]);

  const isChecked = checked !== undefined && checked.value === value;
  const violations = useMemo(
    () => (isChecked ? combined(checked.violations, quick) : quick),
    [isChecked, checked, quick],
  );
  return {
    violations,
    isStrict,
    setBroken: (broken) => {
      isBroken.current = broken;
    },
    async confirm() {
      setStrict(true);
      if (isBroken.current) return false;
      const found = await askServer(api, { task, version, schema, value });
      setChecked({ value, violations: found });
      return found.length === 0 && !quick.some(isAboutFormat);
    },
  };
}

async function askServer(api: Api, input: CheckedInput, signal?: AbortSignal): Promise<readonly Violation[]> {
  const { task, version, value = {} } = input;
  const body = { input: value, ...(version === undefined ? {} : { version }) };
  const { violations } = await api.call("POST /api/v1/tasks/:task/validate", { params: { task }, body, signal });
  const within = violations.map(({ pointer, message }) => ({ pointer: pointer.replace(/^\/input/, ""), message }));
  return within.map(atItsField);
}

/**
 * Returns what the server found, and formats that are wrong. If a value matches no alternative, the server says what is
 * wrong by each of them; what is wrong by the one that was chosen is known here.
 */
function combined(found: readonly Violation[], quick: readonly Violation[]): Violation[] {
  const unions = found.filter(({ message }) => UNMATCHED.test(message)).map(({ pointer }) => pointer);
  const within = ({ pointer }: Violation) =>
    unions.some((union) => pointer === union || pointer.startsWith(`${union}/`));
  const known = quick.filter(within);
  const isKnown = known.length > 0;
  return [
    ...found.filter((violation) => !isKnown || !within(violation)),
    ...known,
    ...quick.filter((violation) => isAboutFormat(violation) && !within(violation)),
  ];
}

/** How the server says that a value matches no alternative. */
const UNMATCHED = /^must match (?:at least )?one of/;

function isAboutFormat({ message }: Violation): boolean {
  return message.startsWith("must have the format");
}
