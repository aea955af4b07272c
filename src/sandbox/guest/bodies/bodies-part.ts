import type { BodiesPart } from "../body.ts";
import { bridge } from "../part-bridge.ts";
import type { UnsentCalls } from "../unsent-calls.ts";
import { Blob, blobBytes, File, installBlobs, isBlob, isFile, makeBlob, makeFile } from "./blob.ts";
import { cloneBody, consume, streamOf } from "./body.ts";
import { isDisturbed } from "./byte-stream.ts";
import { FormData, installFormData } from "./form-data.ts";
import { installRequest, Request, takeRequest } from "./request.ts";
import { extractSent } from "./request-content.ts";
import { checkOptions } from "./request-options.ts";
import { jsonResponse, newResponse, redirectResponse } from "./response-state.ts";
import { abortedCall, dataCall } from "./unsent-call.ts";
import { upload } from "./upload.ts";

installBlobs();
installFormData();
installRequest();

const forBase: BodiesPart & UnsentCalls = {
  newResponse,
  jsonResponse,
  redirectResponse,
  consume,
  streamOf,
  isDisturbed,
  isLocked: (stream) => (stream as { locked: boolean }).locked,
  cloneBody,
  extractSent,
  abortedCall,
  dataCall,
  takeRequest,
  checkOptions,
  upload,
  cloneBlob,
};

function cloneBlob(value: object): object | undefined {
  if (isFile(value)) return makeFile(blobBytes(value), value.name, value.type, value.lastModified);
  if (isBlob(value)) return makeBlob(blobBytes(value), value.type);
  return undefined;
}

bridge.provided = { ...forBase, Blob, File, FormData, Request, isBlob, blobBytes, makeBlob };
