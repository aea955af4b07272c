import type { ConfigOrigin } from "../../config/load.ts";
import { printable } from "./output.ts";

/** Says where a value of the configuration came from: `default`, `ratchet.yaml:3` the name of a variable or an option. */
export function originText(origin: ConfigOrigin): string {
  switch (origin.from) {
    case "default":
      return "default";
    case "file":
      return `${printable(origin.path)}:${origin.line}${origin.profile === undefined ? "" : ` (profile ${origin.profile})`}`;
    case "environment":
      return origin.variable;
    case "option":
      return origin.option;
  }
}
