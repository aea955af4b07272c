import { late } from "../../support/late.ts";
import type { ProgramGroup } from "../program.ts";
import { echo } from "../request.ts";

const SLEEP = "const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));";

/** Timers, microtasks and their order. */
export const timers: ProgramGroup = {
  title: "timers",
  programs: [
    {
      name: "a timer waits about as long as it says",
      code: `${SLEEP} async () => { const start = Date.now(); await sleep(30); return Date.now() - start >= 28; }`,
      output: true,
    },
    {
      name: "timers fire by time, then by order of their making",
      code: `async () => {
        const order = [];
        const at = (ms, name) => new Promise((resolve) => setTimeout(() => { order.push(name); resolve(); }, ms));
        await Promise.all([at(25, "d"), at(5, "a"), at(15, "b"), at(15, "c"), at(25, "e")]);
        return order.join("");
      }`,
      output: "abcde",
    },
    {
      name: "microtasks come before timers, in order",
      code: `async () => {
        const order = [];
        setTimeout(() => order.push("timer"), 0);
        queueMicrotask(() => order.push("micro"));
        Promise.resolve().then(() => order.push("then")).then(() => order.push("then 2"));
        (async () => { order.push("sync"); await null; order.push("await"); })();
        order.push("end");
        await new Promise((resolve) => setTimeout(resolve, 5));
        return order;
      }`,
      output: ["sync", "end", "micro", "then", "await", "then 2", "timer"],
    },
    {
      name: "microtasks of one timer run before the next timer",
      code: `async () => {
        const order = [];
        setTimeout(() => { order.push(1); Promise.resolve().then(() => order.push("micro")); }, 5);
        setTimeout(() => order.push(2), 5);
        await new Promise((resolve) => setTimeout(resolve, 15));
        return order;
      }`,
      output: [1, "micro", 2],
    },
    {
      name: "arguments, and this is nothing",
      code: `() => new Promise((resolve) => setTimeout(function (a, b) { "use strict"; resolve([[a, b], this === undefined]); }, 1, "a", 2))`,
      output: [["a", 2], true],
    },
    {
      name: "an interval repeats until it is cleared, also from inside",
      code: `async () => {
        let count = 0;
        await new Promise((resolve) => { const id = setInterval(() => { if (++count === 3) { clearInterval(id); resolve(); } }, 1); });
        await new Promise((resolve) => setTimeout(resolve, 15));
        return count;
      }`,
      output: 3,
    },
    {
      name: "clearing: twice, a wrong id, another kind, none",
      code: `async () => {
        const fired = [];
        const a = setTimeout(() => fired.push("a"), 1);
        const b = setInterval(() => fired.push("b"), 1);
        clearTimeout(a); clearTimeout(a); clearTimeout(b); clearTimeout(); clearTimeout("x"); clearInterval(12345);
        await new Promise((resolve) => setTimeout(resolve, 10));
        return fired;
      }`,
      output: [],
    },
    {
      name: "a timer that clears one that is due in the same moment",
      code: `async () => {
        const fired = [];
        let second;
        setTimeout(() => { fired.push(1); clearTimeout(second); }, 5);
        second = setTimeout(() => fired.push(2), 5);
        await new Promise((resolve) => setTimeout(resolve, 15));
        return fired;
      }`,
      output: [1],
    },
    {
      name: "delays of every kind",
      code: `async () => {
        const fired = [];
        for (const ms of [undefined, null, -5, "2", NaN, {}, 0.5]) setTimeout(() => fired.push(String(ms)), ms);
        setTimeout(() => fired.push("never"), Infinity);
        setTimeout(() => fired.push("never"), 2 ** 40);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return [fired.length, fired.includes("never")];
      }`,
      output: [7, false],
    },
    {
      name: "a timer without a function is refused",
      code: "() => { try { setTimeout('code', 1); } catch (error) { return error.name; } }",
      output: "TypeError",
    },
    {
      name: "a timer that fires while the guest is suspended comes later, and does not enter",
      code: `async () => {
        const order = [];
        setTimeout(() => order.push("timer"), 1);
        const r = fetch("http://service.test/");
        order.push("before");
        r.status;
        order.push("after");
        await null;
        order.push("microtask");
        await new Promise((resolve) => setTimeout(resolve, 1));
        return order;
      }`,
      http: late(() => 30, echo),
      output: ["before", "after", "microtask", "timer"],
    },
    {
      name: "many timers",
      code: `async () => {
        let count = 0;
        await Promise.all(Array.from({ length: 5_000 }, (_, i) => new Promise((resolve) => setTimeout(() => { count += 1; resolve(); }, i % 10))));
        return count;
      }`,
      output: 5_000,
    },
  ],
};
