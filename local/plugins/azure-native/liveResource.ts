/** One resource of the simulated Azure: read, brought about, and what is left of it when that does not end well. */
import { InitializationError } from "../rpc/engineErrors.ts";
import { isProperties, toJson, withSecretsOf } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import type { ResourceManager } from "./managerClient.ts";
import { requestBody, responseOutputs } from "./body.ts";
import { UnfinishedOperation } from "./pollOperation.ts";
import type { Waiter } from "./pollOperation.ts";
import type { ResourceType } from "./types/describeType.ts";

/** Milliseconds to look, after Ctrl-C or a failure, at what an operation has left behind. */
const lookTimeout = 5000;

/** What the state keeps of a resource. */
export interface Recorded {
  /** As the service writes it. */
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

  /** Reads it; what is secret in the inputs is secret in the outputs. Throws ArmError; `isNotFound` tells a missing one. */
  async read(inputs: Properties, waiter: Waiter): Promise<Recorded> {
    const live = responseOutputs(this.#type, await this.#manager.get(this.#id, this.#type.apiVersion, waiter));
    const outputs = withSecretsOf({ ...live, azureApiVersion: this.#type.apiVersion }, inputs) as Properties;
    return { id: typeof live.id === "string" ? live.id : this.#id, outputs };
  }

  /**
   * Creates it.
   *
   * @throws Error when it is there already: a PUT would take over what somebody else made
   * @throws InitializationError when it was accepted and did not end well
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
   * @throws InitializationError when it was accepted and did not end well
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
    // What a PUT answers is often only a part of what a GET does, which is what a refresh will compare with.
    return this.read(inputs, waiter);
  }

  /** What is there now goes into the state with the reason; when nothing is, the reason is all there is to say. */
  async #leftBy(error: UnfinishedOperation, inputs: Properties, doing: string, waiter: Waiter): Promise<unknown> {
    const look: Waiter = { signal: AbortSignal.timeout(lookTimeout), status: () => undefined };
    const left = await this.read(inputs, look).catch(() => undefined);
    if (left === undefined) {
      return error.cause;
    }
    const reason = waiter.signal.aborted
      ? `${doing} was not waited for to its end and goes on in the cloud; 'pulumi refresh' shows how it ended`
      : error.message;
    return new InitializationError({ ...left, inputs, reasons: [reason] });
  }
}
