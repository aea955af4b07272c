/** The task's console. Streams other than that can't be written to. */
const { console } = globalThis;

export default Object.assign(Object.create(console), console, { Console: () => console });
