/** How a caller identifies a schedule: by its id or its name. */
export type ScheduleReference = number | string;

/** Reads a reference from a place where everything is text, such as a path: digits are an id. */
export function scheduleReference(text: string): ScheduleReference {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
