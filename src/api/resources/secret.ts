import { MAX_SECRET_BYTES, SECRET_NAME, type SecretRecord } from "../../domain/secret.ts";
import { timeText } from "../../lib/time-text.ts";
import { TEXT, TIME } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

/** A stored secret, without its value. */
export const SECRET = defineResource("A stored secret. Its value can be set, but not read.", {
  name: { ...TEXT, description: "Name of the secret, as tasks declare it." },
  createdAt: { ...TIME, description: "When the secret was created." },
  updatedAt: { ...TIME, description: "When its value was last set." },
});

/** The name of a secret in a path. */
export const SECRET_PARAMETER = {
  type: "object",
  properties: { name: { type: "string", pattern: SECRET_NAME.source, description: "Name of the secret." } },
  required: ["name"],
  additionalProperties: false,
} as const;

/** The value of a secret in a request. */
export const SECRET_VALUE = {
  type: "object",
  properties: {
    value: {
      type: "string",
      minLength: 1,
      maxLength: MAX_SECRET_BYTES,
      writeOnly: true,
      description: "The value. No response contains it.",
    },
  },
  required: ["value"],
  additionalProperties: false,
} as const;

/** An example of a secret. */
export const SECRET_EXAMPLE = {
  name: "API_TOKEN",
  createdAt: "2026-11-23T08:00:00.000Z",
  updatedAt: "2026-11-23T08:00:00.000Z",
};

/** A secret as REST shows it. */
export function secretView({ name, createdAt, updatedAt }: SecretRecord): View<typeof SECRET> {
  return { name, createdAt: timeText(createdAt), updatedAt: timeText(updatedAt) };
}
