/** The exports of the engine's module that Ratchet calls. Pointers are offsets into its memory; values are passed by handle. */
export interface EngineExports {
  memory: WebAssembly.Memory;
  __stack_pointer: WebAssembly.Global;
  ratchet_counter: WebAssembly.Global;
  ratchet_pages: WebAssembly.Global;
  _initialize(): void;
  wasm_malloc(bytes: number): number;
  wasm_free(pointer: number): void;
  qjs_init(): number;
  qjs_get_runtime_ptr(): number;
  qjs_get_context_ptr(): number;
  qjs_set_runtime_and_context(runtime: number, context: number): void;
  qjs_set_max_stack_size(bytes: number): void;
  qjs_set_gc_threshold(bytes: number): void;
  qjs_set_promise_rejection_handler(enabled: number): void;
  qjs_run_gc(): void;
  qjs_compile(
    ...values: [code: number, length: number, fileName: number, evalFlags: number, flags: number, lengthOut: number]
  ): number;
  qjs_eval_bytecode(bytecode: number, length: number): number;
  qjs_eval(code: number, length: number, fileName: number, flags: number): number;
  qjs_call(callee: number, self: number, count: number, values: number): number;
  qjs_is_job_pending(): number;
  qjs_execute_pending_job(): number;
  qjs_get_exception(): number;
  qjs_throw(handle: number): number;
  qjs_new_error(): number;
  qjs_set_prop_string(object: number, name: number, value: number): number;
  qjs_define_prop_string(object: number, name: number, value: number, flags: number): number;
  qjs_get_prop_string(object: number, name: number): number;
  qjs_get_global(): number;
  qjs_get_undefined(): number;
  qjs_new_string(text: number, length: number): number;
  qjs_new_number(value: number): number;
  qjs_new_uint8_array(bytes: number, length: number): number;
  qjs_new_host_function(name: number, length: number, flags: number): number;
  qjs_get_float64(handle: number): number;
  qjs_get_string_len(handle: number, lengthOut: number): number;
  qjs_free_cstring(pointer: number): void;
  qjs_free_value(handle: number): void;
  qjs_is_string(handle: number): number;
  qjs_is_number(handle: number): number;
  qjs_is_exception(handle: number): number;
  qjs_get_value_ptr(handle: number): number;
  qjs_promise_result(handle: number): number;
  qjs_get_typed_array_buffer(handle: number, offsetOut: number, lengthOut: number, elementOut: number): number;
  qjs_get_array_buffer(handle: number, lengthOut: number): number;
}

/** Names kept when the module is metered; everything else is dropped from it. */
export const KEPT_EXPORTS: readonly string[] = [
  "memory",
  "__stack_pointer",
  "_initialize",
  "wasm_malloc",
  "wasm_free",
  "qjs_init",
  "qjs_get_runtime_ptr",
  "qjs_get_context_ptr",
  "qjs_set_runtime_and_context",
  "qjs_set_max_stack_size",
  "qjs_set_gc_threshold",
  "qjs_set_promise_rejection_handler",
  "qjs_run_gc",
  "qjs_compile",
  "qjs_eval_bytecode",
  "qjs_eval",
  "qjs_call",
  "qjs_is_job_pending",
  "qjs_execute_pending_job",
  "qjs_get_exception",
  "qjs_throw",
  "qjs_new_error",
  "qjs_set_prop_string",
  "qjs_define_prop_string",
  "qjs_get_prop_string",
  "qjs_get_global",
  "qjs_get_undefined",
  "qjs_new_string",
  "qjs_new_number",
  "qjs_new_uint8_array",
  "qjs_new_host_function",
  "qjs_get_float64",
  "qjs_get_string_len",
  "qjs_free_cstring",
  "qjs_free_value",
  "qjs_is_string",
  "qjs_is_number",
  "qjs_is_exception",
  "qjs_get_value_ptr",
  "qjs_promise_result",
  "qjs_get_typed_array_buffer",
  "qjs_get_array_buffer",
] satisfies (keyof EngineExports)[];
