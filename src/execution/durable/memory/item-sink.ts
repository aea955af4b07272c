/**
 * Receives the items of a stream, numbered from 0.
 * @param received to be called when the reader has the items before a number: until then they count as waiting
 */
export type ItemSink = (json: string, item: number, received: (next: number) => void) => void;
