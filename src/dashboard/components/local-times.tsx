import { Time } from "./time.tsx";

const ISO_TIME = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** A text of the server with its times in the reader's zone. What they are from now is said when they are pointed at. */
export function LocalTimes({ text }: { text: string }) {
  // Every second part is a time, because the expression has a group.
  return (
    <>
      {text
        .split(ISO_TIME)
        .map((part, index) => (index % 2 === 1 ? <Time key={`${index} ${part}`} at={part} exact /> : part))}
    </>
  );
}
