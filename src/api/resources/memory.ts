import { MEMORY_LEVELS } from "../../service/health/memory-level.ts";
import { COUNT, COUNT_OR_NULL, SIZE, SIZE_OR_NULL, TEXT } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

/** The memory of the process, and which parts take it. */
export const MEMORY = defineResource("Memory of the process, and which parts take how much of it, in bytes.", {
  level: {
    type: "string",
    enum: MEMORY_LEVELS,
    description: "What the server does about its memory. Each level includes those before it.",
  },
  residentBytes: { ...SIZE, description: "Resident memory of the process." },
  highBytes: { ...SIZE_OR_NULL, description: "The mark above which the server acts; null without one." },
  allowedBytes: { ...SIZE, description: "How much the process may have: its cgroup's limit, or the machine's memory." },
  heapBytes: { ...SIZE, description: "Objects of the main thread." },
  externalBytes: { ...SIZE, description: "What objects of the main thread hold outside the heap, such as buffers." },
  executionBytes: { ...SIZE, description: "What all running executions hold." },
  executionLimitBytes: { ...SIZE, description: "The most that all executions may hold." },
  idleMachineBytes: { ...SIZE, description: "Machines of the sandbox that wait for the next execution." },
  programImageBytes: { ...SIZE, description: "Programs that are ready to start." },
  recordingBytes: { ...SIZE, description: "Recordings of executions that are under way." },
  requestBodyBytes: { ...SIZE, description: "Bodies of requests that are being handled." },
  eventBufferBytes: { ...SIZE, description: "Data of the latest events, which is kept for clients that listen." },
  logBufferBytes: { ...SIZE, description: "The latest lines of the log, which are kept for clients that follow it." },
  pendingWrites: { ...COUNT, description: "Writes that wait for their transaction." },
  cacheDrops: { ...COUNT, description: "How often caches were dropped to free memory." },
});

/** A cache of the server. */
export const CACHE = defineResource("A cache of the server. It can be dropped at any time.", {
  name: { ...TEXT, description: "Name of the cache." },
  entries: { ...COUNT_OR_NULL, description: "Number of entries; null if they are not counted." },
  bytes: { ...SIZE_OR_NULL, description: "Size of the entries; null if it is not measured." },
  hits: { ...COUNT_OR_NULL, description: "How often something was found; null if that is not counted." },
  misses: { ...COUNT_OR_NULL, description: "How often something was not found; null if that is not counted." },
});

/** Memory of a server that has run some jobs. */
export const MEMORY_EXAMPLE: View<typeof MEMORY> = {
  level: "normal",
  residentBytes: 186_000_000,
  highBytes: 1_717_986_918,
  allowedBytes: 2_147_483_648,
  heapBytes: 11_000_000,
  externalBytes: 2_000_000,
  executionBytes: 1_572_864,
  executionLimitBytes: 1_073_741_824,
  idleMachineBytes: 2_097_152,
  programImageBytes: 589_824,
  recordingBytes: 0,
  requestBodyBytes: 0,
  eventBufferBytes: 0,
  logBufferBytes: 0,
  pendingWrites: 0,
  cacheDrops: 0,
};
