import { useState } from "preact/hooks";

/** How many members are rendered at first, and with each click on "more". */
const MEMBERS = 100;
/** How much of a text is shown at first. */
const TEXT_LENGTH = 2_000;
/** Parts up to this depth are open at first, if they have few members. */
const OPEN_DEPTH = 2;
const OPEN_MEMBERS = 50;

interface NodeProps {
  value: unknown;
  depth: number;
  /** The name of the member, or the index of the item. */
  name?: string | number;
}

/** One part of a JSON value. */
export function JsonNode({ value, depth, name }: NodeProps) {
  if (typeof value === "object" && value !== null) return <JsonParts value={value} depth={depth} name={name} />;
  return (
    <div class="json-line">
      <Name name={name} />
      {typeof value === "string" ? <JsonText text={value} /> : <span class="json-literal">{String(value)}</span>}
    </div>
  );
}

function Name({ name }: { name: string | number | undefined }) {
  if (name === undefined) return null;
  return (
    <>
      <span class={typeof name === "number" ? "quiet" : "json-name"}>{name}</span>
      <span class="quiet">: </span>
    </>
  );
}

function JsonParts({ value, depth, name }: { value: object; depth: number; name: string | number | undefined }) {
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH && entries.length <= OPEN_MEMBERS);
  const [shown, setShown] = useState(MEMBERS);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) {
    return (
      <div class="json-line">
        <Name name={name} />
        <span class="quiet">{open + close}</span>
      </div>
    );
  }
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Name name={name} />
        <span class="quiet">
          {isOpen
            ? open
            : `${open} ${entries.length} ${Array.isArray(value) ? "item" : "member"}${entries.length === 1 ? "" : "s"} ${close}`}
        </span>
      </summary>
      {isOpen && (
        <div class="json-parts">
          {entries.slice(0, shown).map(([key, part]) => (
            <JsonNode key={key} name={key} value={part} depth={depth + 1} />
          ))}
          {shown < entries.length && (
            <button type="button" class="small" onClick={() => setShown(shown + MEMBERS)}>
              Show {Math.min(MEMBERS, entries.length - shown)} more of {entries.length}
            </button>
          )}
        </div>
      )}
      {isOpen && <span class="quiet json-end">{close}</span>}
    </details>
  );
}

function JsonText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(text.length <= TEXT_LENGTH);
  return (
    <>
      <span class="json-text">{JSON.stringify(isWhole ? text : text.slice(0, TEXT_LENGTH))}</span>
      {!isWhole && (
        <button type="button" class="small" onClick={() => setWhole(true)}>
          Show all {text.length} characters
        </button>
      )}
    </>
  );
}
