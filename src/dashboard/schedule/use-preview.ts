import { useEffect, useState } from "preact/hooks";
import type { NextFiring } from "../../../dist/generated/api-types.ts";
import { type Problem, problemOf } from "../api/problem.ts";
import { useApp } from "../app-context.ts";
import type { Timing } from "./draft.ts";

/** What the server says about a plan. */
export interface Preview {
  firings: readonly NextFiring[];
  problem: Problem | undefined;
}

/** How long after the last key the server is asked. Milliseconds. */
const TYPING_MS = 250;

/** How many firings are shown while a plan is entered. */
const SHOWN = 5;

/** Asks the server about a plan while it is entered. @returns undefined until there is a response */
export function usePreview(timing: Timing | undefined): Preview | undefined {
  const { api } = useApp();
  const [preview, setPreview] = useState<Preview | undefined>(undefined);
  useEffect(() => {
    if (timing === undefined) return setPreview(undefined);
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => {
      api.call("POST /api/v1/schedules/preview", { body: { ...timing, count: SHOWN }, signal }).then(
        ({ items }) => setPreview({ firings: items, problem: undefined }),
        (error: unknown) => signal.aborted || setPreview({ firings: [], problem: problemOf(error) }),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, JSON.stringify(timing)]);
  return preview;
}
