import { messageOf } from "../domain/unknown-error.ts";
import type { CheckRequest } from "./check-request.ts";
import { createPerformer } from "./perform-check.ts";

/** The thread that checks values. It handles one request at a time and posts one result for each. */
declare const self: Worker;

const perform = createPerformer();

self.onmessage = async ({ data }: MessageEvent<CheckRequest>) => {
  try {
    // Not nested in another object: a flat result of strings is passed without a copy.
    self.postMessage(await perform(data));
  } catch (error) {
    self.postMessage({ crash: messageOf(error) });
  }
};
