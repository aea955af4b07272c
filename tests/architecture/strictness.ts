import { type Class, Visitor } from "oxc-parser";
import { type Rule, type Violation, violation } from "./source-file.ts";

/** No way around the type checker: `any`, `!`, and comments that silence it. */
export const strictness: Rule = (files) =>
  files.flatMap((file) => {
    const found: Violation[] = [];
    const add = (node: { start: number }, message: string) => found.push(violation("strictness", file, node, message));
    new Visitor({
      TSAnyKeyword: (node) => add(node, "any: write the type, or unknown and look before use"),
      TSNonNullExpression: (node) => add(node, "non-null assertion: handle the absent case"),
      PropertyDefinition: (node) => {
        if (node.definite) add(node, "definite assignment: assign it in the constructor");
      },
      VariableDeclarator: (node) => {
        if (node.definite) add(node, "definite assignment: give it a value");
      },
    }).visit(file.program);
    for (const comment of file.comments) {
      const directive = /^[\s*/]*@ts-(?:ignore|nocheck|expect-error)\b/.exec(comment.value);
      if (directive) add(comment, `${directive[0].trim()}: mend the type`);
    }
    return found;
  });

/** No class where a function does: one that keeps nothing, and stands in for nothing that keeps something. */
export const classes: Rule = (files) =>
  // The classes of the guest API are the web's and Node.js's.
  files
    .filter((file) => !/^src\/(?:sandbox|task\/node)\/guest\//.test(file.path))
    .flatMap((file) => {
      const found: Violation[] = [];
      const check = (node: Class) => {
        if (node.superClass !== null || node.declare || node.abstract) return;
        const keeps = node.body.body.some((member) => {
          if (member.type === "PropertyDefinition" || member.type === "AccessorProperty") return !member.static;
          return member.type === "MethodDefinition" && member.kind === "constructor";
        });
        if (!keeps) found.push(violation("classes", file, node, "a class that keeps nothing: write functions"));
      };
      new Visitor({ ClassDeclaration: check, ClassExpression: check }).visit(file.program);
      return found;
    });
