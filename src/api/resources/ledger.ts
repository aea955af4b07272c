import { COUNT, NUMBER_OR_NULL, SIZE, SIZE_OR_NULL, TEXT, WORDS } from "./parts.ts";
import { defineResource, type Typed, type View } from "./resource.ts";

/** Numbers of calls by method. */
const METHODS: Typed<Readonly<Record<string, number>>> & object = {
  ...{ type: "object", additionalProperties: { type: "integer", minimum: 1 } },
};

/** What an execution did with one origin. */
export const ORIGIN_USE = defineResource("What an execution did with one origin.", {
  origin: {
    ...TEXT,
    description:
      "Scheme, host and port, such as https://api.example.com; * stands for all origins beyond the first 500.",
  },
  methods: { ...METHODS, description: "Number of calls by method." },
  count: {
    ...COUNT,
    description:
      "Number of calls. A redirected call counts for each origin that it led to, a retried one counts once, a refused one not at all.",
  },
  bytesSent: { ...SIZE, description: "Bytes of request bodies and WebSocket messages that were sent." },
  bytesReceived: {
    ...SIZE,
    description: "Bytes of response bodies and WebSocket messages that arrived, after decoding.",
  },
  failures: {
    ...COUNT,
    description: "Number of calls without a complete response, or with a response whose status was 500 or more.",
  },
});

/** What an execution touched. */
export const LEDGER = defineResource(
  "What an execution touched, and what it cost. It is complete once the execution has ended.",
  {
    origins: {
      type: "array",
      items: ORIGIN_USE,
      description: "The origins that it called, in the order of the first calls.",
    },
    secrets: { ...WORDS, description: "Names of the secrets that it used." },
    tasks: { ...WORDS, description: "Labels of the tasks that it called." },
    cpuMs: { ...NUMBER_OR_NULL, description: "Time that a thread worked for the execution, in ms; null if unknown." },
    peakMemoryBytes: { ...SIZE_OR_NULL, description: "Peak memory of the program, in bytes; null if unknown." },
  },
);

/** A ledger for the examples of the OpenAPI document. */
export const LEDGER_EXAMPLE = {
  origins: [
    {
      origin: "https://api.example.com",
      methods: { GET: 2 },
      count: 2,
      bytesSent: 0,
      bytesReceived: 5_120,
      failures: 0,
    },
  ],
  secrets: ["API_TOKEN"],
  tasks: [],
  cpuMs: 1.8,
  peakMemoryBytes: 1_572_864,
} satisfies View<typeof LEDGER>;
