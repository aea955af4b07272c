import { HIGHEST_MAX_RETRIES } from "../../domain/retry-policy.ts";

/** `--max-retries` of commands that create jobs, without its description. */
export const MAX_RETRIES_OPTION = {
  type: "string",
  form: { type: "integer", min: 0, max: HIGHEST_MAX_RETRIES },
  valueHint: "N",
} as const;

/** `--tag` of commands that create jobs, without its description. */
export const TAG_OPTION = { type: "string", valueHint: "TAG", multiple: true } as const;
