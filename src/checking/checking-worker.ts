import type { CheckRequest } from "./check-request.ts";
import { createPerformer } from "./perform-check.ts";

/** The thread that checks values: one request at a time, and one answer to each. */
declare const self: Worker;

const perform = createPerformer();

self.onmessage = async ({ data }: MessageEvent<CheckRequest>) => {
  try {
    self.postMessage({ result: await perform(data) });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};
