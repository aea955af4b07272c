import { BASIC } from "./basic.ts";
import { HTTP } from "./http.ts";
import { OAUTH } from "./oauth.ts";
import type { Template } from "./template.ts";
import { TYPESCRIPT } from "./typescript.ts";
import { WORKFLOW } from "./workflow.ts";

/** Templates for new tasks, by name. */
export const TEMPLATES: Readonly<Record<string, Template>> = {
  basic: BASIC,
  typescript: TYPESCRIPT,
  http: HTTP,
  oauth: OAUTH,
  workflow: WORKFLOW,
};
