/** The form of a job's id on a command line. */
export const jobId = {
  type: "string",
  check: (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? undefined : "is not the id of a job"),
} as const;
