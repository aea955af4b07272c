import type { AST } from "@eslint-community/regexpp";

/**
 * Returns the maximum number of steps of backtracking as `factor * length ** degree`. The degree is infinite for nested
 * repetitions and repeated alternatives, where a string may match in exponentially many ways.
 */
export function workOf(tree: AST.Pattern): { degree: number; factor: number } {
  const works = tree.alternatives.map(({ elements }) => {
    const anchored = elements[0]?.type === "Assertion" && elements[0].kind === "start";
    const work = workOfRow(elements);
    return { degree: work.degree + (anchored ? 0 : 1), factor: work.factor };
  });
  return {
    degree: Math.max(...works.map(({ degree }) => degree)),
    factor: works.reduce((sum, { factor }) => sum + factor, 0),
  };
}

function workOfRow(elements: readonly AST.Element[]): { degree: number; factor: number } {
  let degree = 0;
  let factor = 1;
  let worst = 0;
  for (const element of elements) {
    const work = workOfElement(element);
    factor = factor * work.factor + 1;
    // Look-around does not backtrack after its result, but it runs again for every way to get there.
    if (element.type === "Assertion") worst = Math.max(worst, degree + work.degree);
    else degree += work.degree;
  }
  return { degree: Math.max(degree, worst), factor };
}

function workOfElement(element: AST.Element): { degree: number; factor: number } {
  switch (element.type) {
    case "Group":
    case "CapturingGroup":
      return workOfAlternatives(element.alternatives);
    case "Assertion":
      return "alternatives" in element ? workOfAlternatives(element.alternatives) : { degree: 0, factor: 1 };
    case "Backreference":
      return { degree: 1, factor: 1 };
    case "Quantifier": {
      const inner = workOfElement(element.element);
      const { min, max } = element;
      const many = max > 16;
      const single = inner.degree === 0 && inner.factor === 1;
      if (many) return { degree: single ? 1 : Number.POSITIVE_INFINITY, factor: 1 };
      return { degree: inner.degree * max, factor: inner.factor ** max * (max - min + 1) };
    }
    default:
      return { degree: 0, factor: 1 };
  }
}

function workOfAlternatives(alternatives: readonly AST.Alternative[]): { degree: number; factor: number } {
  const works = alternatives.map(({ elements }) => workOfRow(elements));
  return {
    degree: Math.max(0, ...works.map(({ degree }) => degree)),
    factor: works.reduce((sum, { factor }) => sum + factor, 0),
  };
}

/** Counts characters and classes with repetitions expanded: what an engine must build. */
export function sizeOf(tree: AST.Pattern): number {
  return sizeOfAll(tree.alternatives);
}

function sizeOfAll(alternatives: readonly AST.Alternative[]): number {
  let size = 0;
  for (const { elements } of alternatives) for (const element of elements) size += sizeOfElement(element);
  return size + alternatives.length;
}

function sizeOfElement(element: AST.Element): number {
  if (element.type === "Quantifier") {
    const { min, max } = element;
    return sizeOfElement(element.element) * Math.max(1, Number.isFinite(max) ? max : min);
  }
  if (element.type === "CharacterClass") return 1 + element.elements.length;
  return "alternatives" in element ? sizeOfAll(element.alternatives) : 1;
}
