import { eventNetwork } from "../../support/event-stream-http.ts";
import { streamedNetwork } from "../../support/streamed-http.ts";
import { uploadingNetwork } from "../../support/uploading-http.ts";
import { allEnd, type HostileClass } from "./program.ts";

const URL_ = "http://service.test";

/** Bodies that arrive or go out in pieces, used against the host. */
export const streamedFetches: HostileClass = {
  title: "streamed fetches",
  programs: {
    ...allEnd(
      "MEMORY_LIMIT",
      {
        "responses that stay open and are never read": `async () => { const all = []; for (;;) all.push(await fetch("${URL_}/stuck")); }`,
        "many responses at once that are never read": `async () => { const all = await Promise.all(Array.from({ length: 999 }, () => fetch("${URL_}/endless"))); return all.length; }`,
      },
      { http: streamedNetwork() },
    ),
    ...allEnd(
      "MEMORY_LIMIT",
      {
        "pieces that are kept": `async () => { const all = []; for (;;) for await (const piece of (await fetch("${URL_}/endless")).body) all.push(piece); }`,
        "tees of which one side is never read": `async () => { const kept = []; for (;;) { const [a, b] = (await fetch("${URL_}/endless")).body.tee(); kept.push(b); for await (const piece of a); } }`,
      },
      { http: streamedNetwork(), limits: { fetchTotalBytes: 2 ** 40, fetchResponseBytes: 2 ** 40 } },
    ),
    ...allEnd(
      "TIME_LIMIT",
      {
        "a body that is read a byte at a time": `async () => { const reader = (await fetch("${URL_}/endless")).body.getReader({ mode: "byob" }); for (;;) await reader.read(new Uint8Array(1)); }`,
        "a body that comes a byte at a time": `async () => { for await (const piece of (await fetch("${URL_}/endless?bytes=1")).body); }`,
        "a body that never comes": `async () => (await fetch("${URL_}/stuck")).text()`,
        "a body that nobody looks at, and that never comes": `() => { fetch("${URL_}/stuck"); }`,
      },
      { http: streamedNetwork() },
    ),
    ...allEnd(
      "TIME_LIMIT",
      {
        "an upload without an end, a byte at a time": `() => fetch("${URL_}/upload", { method: "POST", duplex: "half", body: new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1)); } }) })`,
        "an upload that never goes on": `() => fetch("${URL_}/upload", { method: "POST", duplex: "half", body: new ReadableStream({ pull: () => new Promise(() => {}) }) })`,
      },
      { http: uploadingNetwork() },
    ),
    "a body that is cancelled 1,000 times": {
      code: `async () => { const { body } = await fetch("${URL_}/endless"); for (let i = 0; i < 1000; i++) await body.cancel(); return (await body.getReader().read()).done; }`,
      http: streamedNetwork(),
      output: true,
    },
    "a thousand bodies that are cancelled": {
      code: `async () => { let n = 0; for (let i = 0; i < 999; i++) { const { body } = await fetch("${URL_}/endless"); await body.cancel(); n += 1; } return n; }`,
      http: streamedNetwork(),
      output: 999,
    },
    "an event source whose server hangs up at once, again and again": {
      code: `() => new Promise(() => { new EventSource("${URL_}/events"); })`,
      http: eventNetwork(...Array.from({ length: 300 }, () => ({ pieces: ["retry: 0\n\n"] }))),
      limits: { fetchCount: 200 },
      ends: "FETCH_LIMIT",
    },
    "an event that never ends": {
      code: `() => new Promise(() => { new EventSource("${URL_}/endless?type=text/event-stream"); })`,
      http: streamedNetwork(),
      limits: { fetchResponseBytes: 2 ** 40, fetchTotalBytes: 2 ** 40 },
      ends: "MEMORY_LIMIT",
    },
  },
};
