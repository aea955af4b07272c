/** The form of an execution's id on a command line. */
export const executionId = {
  type: "string",
  check: (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? undefined : "is not the id of an execution"),
} as const;
