import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** An open editor. */
export interface EditorHandle {
  setText(text: string): void;
  /** Marks the text as wrong, and says why to screen readers. */
  setError(error: string | undefined): void;
  close(): void;
}

/** What {@link openEditor} needs. */
export interface EditorOptions {
  label: string;
  text: string;
  onChange: (text: string) => void;
}

const COLOURS = {
  "&": { color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "0.92em" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-content": { caretColor: "var(--text)", minHeight: "8rem" },
  ".cm-scroller": { maxHeight: "28rem", overflow: "auto", fontFamily: "ui-monospace, Menlo, monospace" },
  ".cm-gutters": { color: "var(--quiet)", backgroundColor: "var(--raised)", borderRight: "1px solid var(--line)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--busy-ground)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--busy-ground)" },
  ".cm-tooltip": { color: "var(--text)", backgroundColor: "var(--surface)", border: "1px solid var(--line)" },
};

/**
 * Opens an editor for JSON in an element. It is in a shadow root: there its styles are objects, which the content
 * security policy allows, and not elements, which it refuses.
 */
export function openEditor(parent: HTMLElement, { label, text, onChange }: EditorOptions): EditorHandle {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  const attributes = new Compartment();
  const attributesFor = (error: string | undefined) =>
    EditorView.contentAttributes.of({
      "aria-label": label,
      ...(error === undefined ? {} : { "aria-invalid": "true", "aria-description": error }),
    });
  const colours = HighlightStyle.define([
    { tag: tags.propertyName, color: "var(--accent)" },
    { tag: tags.string, color: "var(--good)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--waiting)" },
  ]);
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        json(),
        linter(jsonParseLinter()),
        syntaxHighlighting(colours),
        EditorView.theme(COLOURS),
        EditorView.lineWrapping,
        attributes.of(attributesFor(undefined)),
        // Tab leaves the editor, as it leaves every other field (WCAG 2.1.2).
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText(next) {
      const before = view.state.doc.toString();
      if (next !== before) view.dispatch({ changes: { from: 0, to: before.length, insert: next } });
    },
    setError: (error) => view.dispatch({ effects: attributes.reconfigure(attributesFor(error)) }),
    close: () => view.destroy(),
  };
}
