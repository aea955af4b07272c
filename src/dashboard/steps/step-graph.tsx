import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { WorkflowGraph } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { toneOf } from "../components/status-badge.tsx";
import { durationText } from "../components/time-words.ts";
import { layoutGraph, type PlacedBox } from "./layout-graph.ts";
import type { StepState } from "./step-state.ts";
import { nameOf, pageOf, type Step, whatOf } from "./step-words.ts";

const HEIGHT = 40;
/** With a line for what has become of it in a run. */
const HEIGHT_IN_RUN = 56;
const MAX_WIDTH = 240;
/** How wide a character is at most, on average, and the room at both sides. Pixels. */
const CHARACTER = 7.4;
const PADDING = 24;
/** Workflows are often long, so there is little room between boxes. */
const GAP = 32;
/** How many characters of a line are shown in a box. */
const SHOWN = 27;
/** The longest text about a state, such as "completed · 59 min 59 s", in characters. */
const LONGEST_STATE = 23;
/** How much is shown to the left of the step at work. Pixels. */
const CONTEXT = 260;

/** What {@link StepGraph} takes. */
export interface StepGraphProps {
  /** The label of the workflow. */
  label: string;
  graph: WorkflowGraph;
  /** What has become of each step in a run. @default the graph is that of the task itself */
  states?: ReadonlyMap<string, StepState>;
}

/** The steps of a workflow as a graph from left to right. Steps inside others are connected with the step around them. */
export function StepGraph({ label, graph, states }: StepGraphProps) {
  const isRun = states !== undefined;
  const { placed, kinds, steps } = useMemo(() => placeGraph(graph, isRun), [graph, isRun]);
  const frame = useRef<HTMLDivElement>(null);
  const active = placed.boxes.find(
    ({ id }) => toneOf(states?.get(id)?.status ?? "") === "busy" || states?.get(id)?.status === "waiting",
  );
  const left = useRef(0);
  useLayoutEffect(() => {
    // What comes before and after many steps side by side is in the middle of them.
    const first = active ?? placed.boxes[0];
    const { current } = frame;
    if (current !== null && first !== undefined) current.scrollTop = first.y - current.clientHeight / 2;
  }, [placed]);
  useLayoutEffect(() => {
    const { current } = frame;
    // A reader who has scrolled stays where they are.
    if (current === null || active === undefined || current.scrollLeft !== left.current) return;
    // A long workflow begins far to the left of where it is now.
    current.scrollLeft = active.x - CONTEXT;
    left.current = current.scrollLeft;
  }, [active?.id]);
  return (
    // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1), also if no step has a link.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    // biome-ignore lint/a11y/useSemanticElements: it is no set of form fields
    <div class="graph" ref={frame} role="group" aria-label="Graph" tabIndex={0}>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no such element in SVG */}
      <svg
        role="group"
        aria-label={`The ${graph.nodes.length} steps of ${label}, each with arrows to those that come after it.`}
        width={placed.width}
        height={placed.height}
        viewBox={`0 0 ${placed.width} ${placed.height}`}
      >
        <g class="graph-arrows">
          {placed.arrows.map(({ id, path, head }) => (
            <g key={id} class={kinds.get(id)}>
              <path d={path} />
              <path d={head} class="graph-head" />
            </g>
          ))}
        </g>
        {placed.boxes.map((box) => {
          const step = steps.get(box.id);
          return step === undefined ? null : <StepBox key={box.id} box={box} step={step} state={states?.get(box.id)} />;
        })}
      </svg>
    </div>
  );
}

const ARROW_CLASSES = {
  depends: "graph-after",
  goTo: "graph-failure",
  both: "graph-failure",
  stream: "graph-stream",
} as const;

function placeGraph({ nodes, edges }: WorkflowGraph, isRun: boolean) {
  const inside = nodes.flatMap(({ id, parent }) => (parent === null ? [] : [[parent, id] as const]));
  const kinds = new Map(inside.map(([from, to]) => [`${from} ${to}`, "graph-inside"]));
  for (const { from, to, type } of edges) kinds.set(`${from} ${to}`, ARROW_CLASSES[type]);
  const arrows = [...inside, ...edges.map(({ from, to }) => [from, to] as const)];
  return {
    placed: layoutGraph(
      nodes.map((step) => boxOf(step, isRun)),
      arrows,
      GAP,
    ),
    kinds,
    steps: new Map(nodes.map((step) => [step.id, step])),
  };
}

function StepBox({ box, step, state }: { box: PlacedBox; step: Step; state: StepState | undefined }) {
  const { router } = useApp();
  const to = state === undefined ? pageOf(step) : state.to;
  const { x, y, width, height } = box;
  const view = (
    <g class={state === undefined ? "graph-box" : `graph-box graph-${toneOf(state.status)}`}>
      <title>
        {nameOf(step)}: {whatOf(step)}
        {state !== undefined && `, ${stateText(state)}`}
      </title>
      <rect x={x} y={y} width={width} height={height} rx={7} />
      <text x={x + PADDING / 2} y={y + 17} class="graph-name">
        {shortened(nameOf(step))}
      </text>
      <text x={x + PADDING / 2} y={y + 32} class="graph-kind">
        {shortened(whatOf(step))}
      </text>
      {state !== undefined && (
        <text x={x + PADDING / 2} y={y + 48} class="graph-state">
          {stateText(state)}
        </text>
      )}
    </g>
  );
  return to === undefined ? view : <a href={router.href(to)}>{view}</a>;
}

function stateText({ status, ms }: StepState): string {
  return ms === undefined ? status : `${status} · ${durationText(ms)}`;
}

/** @param isRun whether there is a line for its state, which may become longer */
function boxOf(step: Step, isRun: boolean) {
  const length = Math.max(
    shortened(nameOf(step)).length,
    0.9 * shortened(whatOf(step)).length,
    isRun ? 0.9 * LONGEST_STATE : 0,
  );
  return {
    id: step.id,
    width: Math.min(MAX_WIDTH, Math.ceil(length * CHARACTER) + PADDING),
    height: isRun ? HEIGHT_IN_RUN : HEIGHT,
  };
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}
