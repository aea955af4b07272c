/** The form of an approval's id on a command line. */
export const approvalId = {
  type: "string",
  check: (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? undefined : "is not the id of an approval"),
} as const;
