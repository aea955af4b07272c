/** The result of one check. */
export interface Check {
  name: string;
  /** `note` says something that is neither good nor bad; `warning` is unsafe or will break, `failed` is so already. */
  state: "ok" | "note" | "warning" | "failed";
  text: string;
  /** What to do. Warnings and failures have it. */
  remedy?: string;
}
