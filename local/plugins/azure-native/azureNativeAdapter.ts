/** The azure-native adapter: answers the engine's requests. */
import { InitializationError } from "../rpc/engineErrors.ts";
import type * as engine from "../rpc/engineRequests.ts";
import type { Properties } from "../rpc/wireValues.ts";
import { adapterVersion } from "../rpc/adapterVersion.ts";
import { ResourceManager } from "./managerClient.ts";
import { isNotFound } from "./managerError.ts";
import { checkInputs } from "./validateInputs.ts";
import { readEndpoints, signIn } from "./cloudEndpoints.ts";
import { DefaultLocations } from "./defaultLocation.ts";
import { resourceDiff } from "./resourceDiff.ts";
import { importedInputs, refreshedInputs } from "./refreshedInputs.ts";
import { invoke } from "./invokes.ts";
import type { Session } from "./invokes.ts";
import { LiveResource } from "./liveResource.ts";
import type { Waiter } from "./pollOperation.ts";
import { previewOutputs } from "./previewOutputs.ts";
import { namesInId, resourceId } from "./idTemplate.ts";
import { readSettings } from "./providerSettings.ts";
import { inVersion } from "./types/describeType.ts";
import { resourceType } from "./types/servedTypes.ts";

/** The time limit of an operation in seconds if the program sets none, as in the official plugin. */
const defaultTimeout = 2 * 60 * 60;

function waiterFor({ signal, log }: engine.ResourceRequest, timeoutSeconds = 0): Waiter {
  const limit = AbortSignal.timeout((timeoutSeconds > 0 ? timeoutSeconds : defaultTimeout) * 1000);
  return { signal: AbortSignal.any([signal, limit]), status: (message) => log.status(message) };
}

/** Says that a time limit was exceeded: the abort error itself does not. */
async function within<T>(waiter: Waiter, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const timedOut = (waiter.signal.reason as Error | undefined)?.name === "TimeoutError";
    throw timedOut && !(error instanceof InitializationError)
      ? new Error("operation timed out", { cause: error })
      : error;
  }
}

/** Serves types of the official azure-native plugin through Resource Manager's REST interface, for the simulated Azure. */
export class AzureNativeAdapter implements engine.Provider {
  readonly name = "the local environment's azure-native adapter";
  readonly version = adapterVersion("@pulumi/azure-native");
  readonly #environment: NodeJS.ProcessEnv;
  #configured: { session: Session; locations: DefaultLocations } | undefined;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = environment;
  }

  async configure(config: Properties): Promise<void> {
    const settings = readSettings(config, this.#environment);
    const endpoints = await readEndpoints(settings.metadataHost);
    const token = signIn(settings, endpoints);
    const manager = new ResourceManager(endpoints, token);
    this.#configured = {
      session: { settings, endpoints, token, manager },
      locations: new DefaultLocations(manager, settings),
    };
  }

  /** Like the official plugin: a changed configuration, such as a new secret, never replaces a provider's resources. */
  diffConfig(): Promise<engine.DiffResult> {
    return Promise.resolve({ changes: {} });
  }

  check(request: engine.CheckRequest): Promise<engine.CheckResult> {
    const { locations } = this.#require();
    const waiter = waiterFor(request);
    return checkInputs(resourceType(request.type), request, (olds, news) => locations.find(olds, news, waiter));
  }

  diff(request: engine.DiffRequest): Promise<engine.DiffResult> {
    return Promise.resolve(resourceDiff(resourceType(request.type), request));
  }

  async create(request: engine.CreateRequest): Promise<engine.CreateResult> {
    const type = resourceType(request.type);
    if (request.preview) {
      return { id: "", outputs: previewOutputs(type, request.inputs) };
    }
    const { settings, manager } = this.#require().session;
    const id = resourceId(type, request.inputs, settings.subscriptionId);
    const waiter = waiterFor(request, request.timeoutSeconds);
    const live = new LiveResource(manager, inVersion(type, request.inputs), id);
    return within(waiter, () => live.create(request.inputs, waiter));
  }

  async read(request: engine.ReadRequest): Promise<engine.ReadResult> {
    const type = resourceType(request.type);
    const names = namesInId(type, request.id);
    const waiter = waiterFor(request, request.timeoutSeconds);
    try {
      const live = await within(waiter, () => this.#resource(request, request.inputs).read(request.inputs, waiter));
      const isImport = Object.keys(request.inputs).length === 0;
      const inputs = isImport
        ? importedInputs(type, names, live.outputs)
        : refreshedInputs(type, request.inputs, request.outputs, live.outputs);
      return { ...live, inputs };
    } catch (error) {
      if (isNotFound(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async update(request: engine.UpdateRequest): Promise<Properties> {
    if (request.preview) {
      return previewOutputs(resourceType(request.type), request.news, request.olds);
    }
    const waiter = waiterFor(request, request.timeoutSeconds);
    const { outputs } = await within(waiter, () => this.#resource(request, request.news).update(request.news, waiter));
    return outputs;
  }

  async delete(request: engine.DeleteRequest): Promise<void> {
    const { apiVersion, leftOnDelete } = inVersion(resourceType(request.type), request.oldInputs);
    if (leftOnDelete === true) return;
    const waiter = waiterFor(request, request.timeoutSeconds);
    await within(waiter, () => this.#require().session.manager.delete(request.id, apiVersion, waiter));
  }

  invoke(token: string, args: Properties, signal: AbortSignal): Promise<Properties> {
    return invoke(this.#require().session, token, args, { signal, status: () => undefined });
  }

  #require() {
    if (this.#configured === undefined) {
      throw new Error(`${this.name} was not configured`);
    }
    return this.#configured;
  }

  #resource(request: { type: string; id: string }, inputs: Properties): LiveResource {
    const type = inVersion(resourceType(request.type), inputs);
    return new LiveResource(this.#require().session.manager, type, request.id);
  }
}
