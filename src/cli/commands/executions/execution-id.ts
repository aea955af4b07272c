/** The form of an execution's number on a command line. */
export const executionId = {
  type: "string",
  check: (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? undefined : "is not the number of an execution"),
} as const;
