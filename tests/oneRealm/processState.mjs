/** Objects whose properties test files replace: a global, `process.exit`, `Error.prepareStackTrace`. */
const objects = [globalThis, process, Error];

/** Own properties by name. Node's event emitters keep their own state in names with an underscore. */
const propertiesOf = (object) =>
  new Map(
    Reflect.ownKeys(object)
      .filter((name) => !String(name).startsWith("_"))
      .map((name) => [name, Object.getOwnPropertyDescriptor(object, name)]),
  );

const listeners = () =>
  process.eventNames().flatMap((event) => process.rawListeners(event).map((listener) => ({ event, listener })));

const same = (one, other) =>
  one !== undefined && other !== undefined && ["value", "get", "set"].every((key) => Object.is(one[key], other[key]));

const without = (all, known) =>
  all.filter(({ event, listener }) => !known.some((one) => one.event === event && one.listener === listener));

/** The state of the process that a test file can change, to be restored when the file is done. */
export class ProcessState {
  #env = { ...process.env };
  #cwd = process.cwd();
  #exitCode = process.exitCode;
  #properties = objects.map(propertiesOf);
  #listeners = listeners();

  /** Runs `load`, and takes what it changes into the state: a package changes the process only when it is loaded, which happens once. */
  keepChangesOf(load) {
    const before = objects.map(propertiesOf);
    const listenersBefore = listeners();
    try {
      return load();
    } finally {
      for (const [index, object] of objects.entries())
        for (const [name, now] of propertiesOf(object))
          if (!same(before[index].get(name), now)) this.#properties[index].set(name, now);
      this.#listeners.push(...without(listeners(), listenersBefore));
    }
  }

  restore() {
    for (const [index, object] of objects.entries()) this.#restoreProperties(object, this.#properties[index]);
    for (const name of Object.keys(process.env)) if (!(name in this.#env)) delete process.env[name];
    Object.assign(process.env, this.#env);
    if (process.cwd() !== this.#cwd) process.chdir(this.#cwd);
    process.exitCode = this.#exitCode;
    for (const { event, listener } of without(listeners(), this.#listeners)) process.off(event, listener);
  }

  #restoreProperties(object, before) {
    for (const [name, now] of propertiesOf(object)) if (!before.has(name) && now.configurable) delete object[name];
    for (const [name, old] of before)
      if (!same(Object.getOwnPropertyDescriptor(object, name), old)) Object.defineProperty(object, name, old);
  }
}
