import { useState } from "preact/hooks";
import { CopyButton } from "./copy-button.tsx";
import { JsonNode } from "./json-node.tsx";

/** A JSON value as a tree whose parts open and close. Large values are rendered piece by piece. @param label what the value is, such as "Input" */
export function JsonView({ label, value }: { label: string; value: unknown }) {
  const [isRaw, setRaw] = useState(false);
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no set of form fields
    <div class="json-view" role="group" aria-label={label}>
      <div class="json-tools">
        <button type="button" class="small" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
          Text
        </button>
        <CopyButton text={() => JSON.stringify(value, null, 2)} label="Copy" />
      </div>
      {isRaw ? (
        // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1).
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
      ) : (
        <JsonNode value={value} depth={0} />
      )}
    </div>
  );
}
