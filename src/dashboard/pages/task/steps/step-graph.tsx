import { useMemo } from "preact/hooks";
import type { WorkflowGraph } from "../../../../../dist/generated/api-types.ts";
import { useApp } from "../../../app-context.ts";
import { layoutGraph, type PlacedBox } from "../graph/layout-graph.ts";
import { nameOf, pageOf, type Step, whatOf } from "./step-words.ts";

const HEIGHT = 40;
const MAX_WIDTH = 240;
/** How wide a character is at most, on average, and the room at both sides. Pixels. */
const CHARACTER = 7.4;
const PADDING = 24;
/** Workflows are often long, so there is little room between boxes. */
const GAP = 32;
/** How many characters of a line are shown in a box. */
const SHOWN = 27;

/** The steps of a workflow as a graph from left to right. Steps inside others are connected with the step around them. */
export function StepGraph({ label, graph }: { label: string; graph: WorkflowGraph }) {
  const { placed, kinds, steps } = useMemo(() => placeGraph(graph), [graph]);
  return (
    <div class="graph">
      {/* biome-ignore lint/a11y/useSemanticElements: there is no such element in SVG */}
      <svg
        role="group"
        aria-label={`The ${graph.nodes.length} steps of ${label}, each with arrows to those that come after it.`}
        width={placed.width}
        height={placed.height}
        viewBox={`0 0 ${placed.width} ${placed.height}`}
      >
        <g class="graph-arrows">
          {placed.arrows.map(({ id, path }) => (
            <path key={id} d={path} class={kinds.get(id)} />
          ))}
        </g>
        {placed.boxes.map((box) => {
          const step = steps.get(box.id);
          return step === undefined ? null : <StepBox key={box.id} box={box} step={step} />;
        })}
      </svg>
    </div>
  );
}

function placeGraph({ nodes, edges }: WorkflowGraph) {
  const inside = nodes.flatMap(({ id, parent }) => (parent === null ? [] : [[parent, id] as const]));
  const kinds = new Map(inside.map(([from, to]) => [`${from} ${to}`, "graph-inside"]));
  for (const { from, to, type } of edges)
    kinds.set(`${from} ${to}`, type === "depends" ? "graph-after" : "graph-failure");
  const arrows = [...inside, ...edges.map(({ from, to }) => [from, to] as const)];
  return {
    placed: layoutGraph(nodes.map(boxOf), arrows, GAP),
    kinds,
    steps: new Map(nodes.map((step) => [step.id, step])),
  };
}

function StepBox({ box, step }: { box: PlacedBox; step: Step }) {
  const { router } = useApp();
  const to = pageOf(step);
  const { x, y, width, height } = box;
  const view = (
    <g class="graph-box">
      <title>
        {nameOf(step)}: {whatOf(step)}
      </title>
      <rect x={x} y={y} width={width} height={height} rx={7} />
      <text x={x + PADDING / 2} y={y + 17} class="graph-name">
        {shortened(nameOf(step))}
      </text>
      <text x={x + PADDING / 2} y={y + 32} class="graph-kind">
        {shortened(whatOf(step))}
      </text>
    </g>
  );
  return to === undefined ? view : <a href={router.href(to)}>{view}</a>;
}

function boxOf(step: Step) {
  const length = Math.max(shortened(nameOf(step)).length, 0.9 * shortened(whatOf(step)).length);
  return { id: step.id, width: Math.min(MAX_WIDTH, Math.ceil(length * CHARACTER) + PADDING), height: HEIGHT };
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}
