import type { CheckRequest } from "./check-request.ts";
import { createPerformer } from "./perform-check.ts";

/** The thread that checks values: one request at a time, and one answer to each. */
declare const self: Worker;

const perform = createPerformer();

self.onmessage = async ({ data }: MessageEvent<CheckRequest>) => {
  try {
    // Not inside another object: a result of plain texts crosses without a copy.
    self.postMessage(await perform(data));
  } catch (error) {
    self.postMessage({ crash: error instanceof Error ? error.message : String(error) });
  }
};
