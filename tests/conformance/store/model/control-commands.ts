import { command } from "./queue-model.ts";

export const pause = (task: number, on: boolean) =>
  command(`pause(${task},${on})`, async (model, { store, tasks }) => {
    const taskId = tasks[task];
    if (taskId === undefined) {
      model.allPaused = on;
      await (on ? store.control.pause("all", null) : store.control.resume("all"));
      return;
    }
    if (on) model.paused.add(taskId);
    else model.paused.delete(taskId);
    await (on ? store.control.pause({ taskId }, null) : store.control.resume({ taskId }));
  });

export const disable = (task: number, on: boolean) =>
  command(`disable(${task},${on})`, async (model, { store, tasks }) => {
    const taskId = tasks[task % tasks.length] ?? 0;
    if (on) model.disabled.add(taskId);
    else model.disabled.delete(taskId);
    await store.tasks.setEnabled(taskId, !on);
  });

export const limit = (task: number, concurrency: number) =>
  command(`limit(${task},${concurrency})`, async (model, { store, tasks }) => {
    const taskId = tasks[task % tasks.length] ?? 0;
    if (concurrency === 0) model.limits.delete(taskId);
    else model.limits.set(taskId, concurrency);
    await store.control.setLimits({ taskId }, concurrency === 0 ? null : { concurrency });
  });

export const limitKey = (n: number, concurrency: number) =>
  command(`limitKey(${n},${concurrency})`, async (model, { store }) => {
    const key = `k${n}`;
    if (concurrency === 0) model.keyLimits.delete(key);
    else model.keyLimits.set(key, concurrency);
    await store.control.setLimits({ key }, concurrency === 0 ? null : { concurrency });
  });

export const advance = (ms: number) =>
  command(`advance(${ms})`, async (_, { clock }) => {
    clock.advance(ms);
  });

/** Sets the wall clock, back or forth. */
export const setClock = (byMs: number) =>
  command(`setClock(${byMs})`, async (_, { clock }) => {
    clock.jumpTo(clock.now() + byMs);
  });
