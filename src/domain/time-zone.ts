/** The time zone of tasks that set none. */
export const UTC = "UTC";

/** Is a text the name of a time zone that this machine knows? An offset such as "+02:00" is not a name. */
export function isTimeZone(name: string): boolean {
  if (name.length > 64 || !/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
