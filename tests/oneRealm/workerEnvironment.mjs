import { createRequire, flushCompileCache } from "node:module";
import vm from "node:vm";
import { TestEnvironment } from "jest-environment-node";
import { ProcessState } from "./processState.mjs";

/** The contexts that Jest makes for test files, whose code runs in the worker's own realm instead. */
const replaced = new WeakSet();
const compileFunction = vm.compileFunction;
vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) =>
  compileFunction(code, parameters, replaced.has(parsingContext) ? options : { parsingContext, ...options });

const require = createRequire(import.meta.url);

// Jest gives a worker half a second to exit. Freeing the heap of all test files takes longer where the machine is busy, and no
// part of the exit is needed: the results are with Jest.
if (process.argv[1]?.endsWith("processChild.js"))
  process.once("beforeExit", () => {
    flushCompileCache();
    process.kill(process.pid, "SIGKILL");
  });

/**
 * Runs test files in the worker's own realm, where the packages are (`packageOfWorker.mjs`): arrays, errors and promises from
 * a realm of the test file's own would fail the packages' `instanceof`.
 *
 * Modules of the project are still loaded again for each test file. Afterwards, Jest has removed its spies, and the process and
 * Pulumi's runtime are as before.
 */
export default class WorkerEnvironment extends TestEnvironment {
  #before = new ProcessState();

  constructor(config, context) {
    super(config, context);
    replaced.add(this.context);
    this.global = globalThis;
    this.global.requireOfWorker = (path) =>
      path in require.cache ? require(path) : this.#before.keepChangesOf(() => require(path));
    this.moduleMocker = new this.moduleMocker.constructor(globalThis);
    this.fakeTimersModern = new this.fakeTimersModern.constructor({
      config: config.projectConfig,
      global: globalThis,
    });
  }

  async teardown() {
    await super.teardown();
    const { globalStore } = globalThis;
    this.#before.restore();
    if (globalStore !== undefined) globalThis.globalStore = newPulumiStore(globalStore);
  }
}

/** Pulumi's state without a test file's mocks and configuration. Packages register in it only when they are loaded. */
function newPulumiStore(store) {
  const { resourcePackages, resourceModules } = store;
  return Object.assign(new store.constructor(), { resourcePackages, resourceModules });
}
