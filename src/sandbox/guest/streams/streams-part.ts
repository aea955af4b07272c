import {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
} from "web-streams-polyfill";
import { platformPrototypes } from "../interface.ts";
import { bridge } from "../part-bridge.ts";
import { CompressionStream, DecompressionStream, installCompression } from "./compression.ts";
import { installTextStreams, TextDecoderStream, TextEncoderStream } from "./text-streams.ts";

const LIBRARY = [
  ...[ByteLengthQueuingStrategy, CountQueuingStrategy, ReadableByteStreamController, ReadableStream],
  ...[ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableStreamDefaultController],
  ...[ReadableStreamDefaultReader, TransformStream, TransformStreamDefaultController, WritableStream],
  ...[WritableStreamDefaultController, WritableStreamDefaultWriter],
];
// The library makes up a prototype for asynchronous iterators, but the engine has one.
const iterator = Object.getPrototypeOf(new ReadableStream().values()) as object;
const asyncGenerators = Object.getPrototypeOf(async function* () {}).prototype as object;
Object.setPrototypeOf(iterator, Object.getPrototypeOf(asyncGenerators) as object);
for (const made of LIBRARY) platformPrototypes.add(made.prototype);
installTextStreams();
installCompression();

bridge.provided = {
  ...{ ByteLengthQueuingStrategy, CountQueuingStrategy, ReadableByteStreamController, ReadableStream },
  ...{ ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableStreamDefaultController },
  ...{ ReadableStreamDefaultReader, TransformStream, TransformStreamDefaultController, WritableStream },
  ...{ WritableStreamDefaultController, WritableStreamDefaultWriter },
  ...{ TextDecoderStream, TextEncoderStream, CompressionStream, DecompressionStream },
};
