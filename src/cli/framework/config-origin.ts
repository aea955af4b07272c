import type { ConfigOrigin } from "../../config/load.ts";
import { printable } from "./output.ts";

/** Says where a value of the configuration came from: `default`, `ratchet.yaml:3` or the name of a variable. */
export function originText(origin: ConfigOrigin): string {
  switch (origin.from) {
    case "default":
      return "default";
    case "file":
      return `${printable(origin.path)}:${origin.line}${origin.profile === undefined ? "" : ` (profile ${origin.profile})`}`;
    case "environment":
      return origin.variable;
  }
}
