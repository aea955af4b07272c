import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { loadChunk } from "../api/load-chunk.ts";
import type { EditorHandle } from "./json-editor-view.ts";

/** What {@link JsonEditor} takes. */
export interface JsonEditorProps {
  /** What is edited, such as "Input". */
  label: string;
  /** The text. A change from outside replaces what is in the editor. */
  value: string;
  onInput: (value: string) => void;
  /** What is wrong with the value. */
  error?: string | undefined;
}

/** An editor for JSON. It is a text area until the editor is loaded, which is a chunk of its own. */
export function JsonEditor({ label, value, onInput, error }: JsonEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorHandle | undefined>(undefined);
  const [isLoaded, setLoaded] = useState(false);
  const latest = useRef({ value, onInput });
  latest.current = { value, onInput };
  useEffect(() => {
    // The text area stays until then.
    const stop = loadChunk(
      () => import("./json-editor-view.ts"),
      ({ openEditor }) => {
        if (place.current === null) return;
        const onChange = (text: string) => latest.current.onInput(text);
        editor.current = openEditor(place.current, { label, text: latest.current.value, onChange });
        setLoaded(true);
      },
    );
    return () => {
      stop();
      editor.current?.close();
    };
  }, [label]);
  useEffect(() => editor.current?.setText(value), [value]);
  // Together with the text that says it.
  useLayoutEffect(() => editor.current?.setError(error), [error, isLoaded]);
  return (
    <div class="json-editor">
      {!isLoaded && (
        <textarea
          aria-label={label}
          aria-invalid={error === undefined ? undefined : "true"}
          spellcheck={false}
          rows={8}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
      <div class="json-editor-place" ref={place} hidden={!isLoaded} />
      {error !== undefined && (
        <p class="field-error" role="status">
          {error}
        </p>
      )}
    </div>
  );
}
