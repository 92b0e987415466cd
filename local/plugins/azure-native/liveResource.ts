/** Reads, creates and updates one resource of the simulated Azure, and finds out what a failed operation has left behind. */
import { InitializationError } from "../rpc/engineErrors.ts";
import { isProperties, toJson, withSecretsOf } from "../rpc/wireValues.ts";
import type { Properties } from "../rpc/wireValues.ts";
import type { ResourceManager } from "./managerClient.ts";
import { requestBody, responseOutputs } from "./body.ts";
import { UnfinishedOperation } from "./pollOperation.ts";
import type { Waiter } from "./pollOperation.ts";
import type { ResourceType } from "./types/describeType.ts";

/** Time limit in milliseconds to read, after Ctrl-C or a failure, what an operation has left behind. */
const lookTimeout = 5000;

/** What the state keeps of a resource. */
export interface Recorded {
  /** In the service's spelling. */
  id: string;
  outputs: Properties;
}

/** A resource by its id. */
export class LiveResource {
  readonly #manager: ResourceManager;
  readonly #type: ResourceType;
  readonly #id: string;

  constructor(manager: ResourceManager, type: ResourceType, id: string) {
    this.#manager = manager;
    this.#type = type;
    this.#id = id;
  }

  /** Reads it. Secret inputs are secret outputs. @throws ManagerError, for which `isNotFound` is true if the resource does not exist */
  async read(inputs: Properties, waiter: Waiter): Promise<Recorded> {
    const live = responseOutputs(this.#type, await this.#manager.get(this.#id, this.#type.apiVersion, waiter));
    const outputs = withSecretsOf({ ...live, azureApiVersion: this.#type.apiVersion }, inputs) as Properties;
    return { id: typeof live.id === "string" ? live.id : this.#id, outputs };
  }

  /**
   * Creates it.
   *
   * @throws Error when it exists already: a PUT would take over a resource that something else created
   * @throws InitializationError when the request was accepted and its operation failed
   */
  async create(inputs: Properties, waiter: Waiter): Promise<Recorded> {
    const mayExist = this.#type.alwaysThere === true;
    if (!mayExist && (await this.#manager.exists(this.#id, this.#type.apiVersion, waiter))) {
      throw new Error(`cannot create already existing resource '${this.#id}'`);
    }
    const body = requestBody(this.#type, toJson(inputs) as Properties);
    for (const name of this.#unnamedShared(body)) {
      (body.properties as Properties)[name] = [];
    }
    return this.#put(inputs, body, "creating", waiter);
  }

  /**
   * Updates it.
   *
   * @throws InitializationError when the request was accepted and its operation failed
   */
  async update(inputs: Properties, waiter: Waiter): Promise<Recorded> {
    const body = requestBody(this.#type, toJson(inputs) as Properties);
    const unnamed = this.#unnamedShared(body);
    if (unnamed.length > 0) {
      const { properties } = await this.#manager.get(this.#id, this.#type.apiVersion, waiter);
      const live = isProperties(properties) ? properties : {};
      for (const name of unnamed) {
        (body.properties as Properties)[name] = live[name] ?? [];
      }
    }
    return this.#put(inputs, body, "updating", waiter);
  }

  #unnamedShared(body: Properties): string[] {
    const properties = isProperties(body.properties) ? body.properties : {};
    return (this.#type.sharedLists ?? []).filter((name) => properties[name] === undefined);
  }

  async #put(inputs: Properties, body: Properties, doing: string, waiter: Waiter): Promise<Recorded> {
    try {
      await this.#manager.put(this.#id, this.#type.apiVersion, body, doing, waiter);
    } catch (error) {
      throw error instanceof UnfinishedOperation ? await this.#leftBy(error, inputs, doing, waiter) : error;
    }
    // The response to a PUT often has fewer properties than the response to a GET, which refreshes compare with.
    return this.read(inputs, waiter);
  }

  /** If the resource exists, the error puts it into the state together with the reason. */
  async #leftBy(error: UnfinishedOperation, inputs: Properties, doing: string, waiter: Waiter): Promise<unknown> {
    const look: Waiter = { signal: AbortSignal.timeout(lookTimeout), status: () => undefined };
    const left = await this.read(inputs, look).catch(() => undefined);
    if (left === undefined) {
      return error.cause;
    }
    const reason = waiter.signal.aborted
      ? `${doing} was interrupted here, but the operation continues in the cloud; 'pulumi refresh' shows its result`
      : error.message;
    return new InitializationError({ ...left, inputs, reasons: [reason] });
  }
}
