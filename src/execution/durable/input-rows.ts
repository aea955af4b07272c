import type { DurableEvent } from "../../domain/durable.ts";
import type { JsonValue } from "../../domain/json.ts";
import { readText, type ShareableText } from "../../domain/shared-text.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import type { DurableSession } from "../../sandbox/executor.ts";
import { completed } from "./results.ts";

/**
 * Returns the rows of an input for a task that takes a stream: the items of a list, or the only row. Their schema is that of
 * the input.
 * @returns undefined for any other task
 */
export function inputRows(
  { metadata }: Pick<TaskDefinition, "metadata">,
  inputJson: ShareableText,
): string[] | undefined {
  if (metadata.stream !== true) return undefined;
  const json = readText(inputJson);
  const input = JSON.parse(json) as JsonValue;
  return Array.isArray(input) ? input.map((row) => JSON.stringify(row)) : [json];
}

/** Lets a run read these rows as its input. @param rows @default it has an input, or its host has the rows */
export function withRows(durable: DurableSession | undefined, rows: string[] | undefined): DurableSession | undefined {
  if (durable === undefined || rows === undefined || durable.start.rows === true) return durable;
  let send: (event: DurableEvent) => void = () => {};
  return {
    start: { ...durable.start, rows: true },
    attach(receiver) {
      send = receiver;
      durable.attach(receiver);
    },
    receive(message, seed) {
      if (message.type !== "read") return durable.receive(message, seed);
      const json = `{"rows":[${rows.slice(message.from).join(",")}],"end":true}`;
      send({ type: "rows", result: completed(json) });
    },
  };
}
