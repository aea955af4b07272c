import { EMPTY, from, interval, lastValueFrom, of } from "rxjs";
import { bufferCount, catchError, concatMap, delay, map, mergeMap, reduce, scan, take, toArray } from "rxjs/operators";

export default async function () {
  return {
    sums: await lastValueFrom(
      from([1, 2, 3, 4]).pipe(
        scan((a, b) => a + b, 0),
        toArray(),
      ),
    ),
    ticks: await lastValueFrom(
      interval(2).pipe(
        take(3),
        map((n) => n * n),
        toArray(),
      ),
    ),
    pairs: await lastValueFrom(from("abcde").pipe(bufferCount(2), toArray())),
    order: await lastValueFrom(
      of(3, 1, 2).pipe(
        concatMap((n) => of(n).pipe(delay(n))),
        reduce((all, n) => [...all, n], [] as number[]),
      ),
    ),
    caught: await lastValueFrom(
      of(1).pipe(
        mergeMap(() => {
          throw new Error("x");
        }),
        catchError(() => EMPTY),
        toArray(),
      ),
    ),
  };
}
