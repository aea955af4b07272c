import type { GuestError } from "../../../dist/generated/api-types.ts";

/** How many causes are shown: an error can be made its own cause's cause many times. */
const SHOWN = 8;

/** What caused an error, the nearest cause first. */
export function ErrorCauses({ cause }: { cause: GuestError }) {
  return (
    <ul class="causes">
      {causesOf(cause).map(({ name, message }, index) => (
        <li key={`${index} ${message}`}>
          caused by <span class="reason-type">{name}</span> {message}
        </li>
      ))}
    </ul>
  );
}

function causesOf(cause: GuestError): readonly GuestError[] {
  const found: GuestError[] = [];
  for (let next: GuestError | undefined = cause; next !== undefined && found.length < SHOWN; next = next.cause) {
    found.push(next);
  }
  return found;
}
