/** A client of Azure Resource Manager's REST interface: get, put, delete and actions by resource id. */
import type { RawResponse } from "@azure/core-lro";

import type { Properties } from "../rpc/wireValues.ts";
import { managerError, isNotFound } from "./managerError.ts";
import type { Endpoints, TokenSource } from "./cloudEndpoints.ts";
import { runOperation, UnfinishedOperation } from "./pollOperation.ts";
import type { Waiter } from "./pollOperation.ts";
import { withRetries } from "./retry.ts";
import { isLoopback } from "./providerSettings.ts";

const userAgent = "tarmac-azure-native-adapter";

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * A client of Resource Manager.
 *
 * It does not change bodies. Microsoft's generic client (`@azure/arm-resources`) knows a fixed set of members and drops the others,
 * such as `systemData` and `eTag`, and has no actions.
 */
export class ResourceManager {
  readonly #endpoints: Endpoints;
  readonly #token: TokenSource;
  /** Milliseconds before the first of the retries. */
  readonly #firstDelay: number | undefined;

  constructor(endpoints: Endpoints, token: TokenSource, options: { firstDelay?: number } = {}) {
    this.#endpoints = endpoints;
    this.#token = token;
    this.#firstDelay = options.firstDelay;
  }

  /** The resource's body. @throws ManagerError, for which `isNotFound` is true if the resource does not exist */
  async get(id: string, apiVersion: string, waiter: Waiter): Promise<Properties> {
    return (await this.#send("GET", this.#url(id, apiVersion), undefined, waiter)).body as Properties;
  }

  /** Whether the resource exists. */
  async exists(id: string, apiVersion: string, waiter: Waiter): Promise<boolean> {
    try {
      await this.get(id, apiVersion, waiter);
      return true;
    } catch (error) {
      if (isNotFound(error)) {
        return false;
      }
      throw error;
    }
  }

  /**
   * Creates or updates a resource and waits for the operation to end.
   *
   * @throws UnfinishedOperation after the request has been accepted, ManagerError before
   */
  async put(id: string, apiVersion: string, body: Properties, doing: string, waiter: Waiter): Promise<void> {
    const url = this.#url(id, apiVersion);
    let accepted = false;
    const start = async (inner: Waiter) => {
      const response = await this.#send("PUT", url, body, inner);
      accepted = true;
      return response;
    };
    try {
      await runOperation({ start, poll: (at, inner) => this.#poll(at, apiVersion, inner) }, doing, waiter);
    } catch (error) {
      throw accepted && error instanceof Error ? new UnfinishedOperation(error) : error;
    }
  }

  /** Deletes a resource and waits until it is gone. Does nothing if it does not exist. */
  async delete(id: string, apiVersion: string, waiter: Waiter): Promise<void> {
    const start = (inner: Waiter) => this.#send("DELETE", this.#url(id, apiVersion), undefined, inner);
    try {
      await runOperation({ start, poll: (at, inner) => this.#poll(at, apiVersion, inner) }, "deleting", waiter);
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  /** Calls an action (`<id>/listClusterUserCredential`) and returns the response's body. */
  async post(path: string, apiVersion: string, query: Record<string, string>, waiter: Waiter): Promise<Properties> {
    const url = this.#url(path, apiVersion);
    for (const [name, value] of Object.entries(query)) {
      url.searchParams.set(name, value);
    }
    return (await this.#send("POST", url, {}, waiter)).body as Properties;
  }

  #url(path: string, apiVersion: string): URL {
    const url = new URL(path, this.#endpoints.resourceManager);
    if (!url.searchParams.has("api-version")) {
      url.searchParams.set("api-version", apiVersion);
    }
    return url;
  }

  /** The address may be relative: user-assigned identities send such a Location. */
  #poll(address: string, apiVersion: string, waiter: Waiter): Promise<RawResponse> {
    return this.#send("GET", this.#url(address, apiVersion), undefined, waiter);
  }

  async #send(method: string, url: URL, body: Properties | undefined, waiter: Waiter): Promise<RawResponse> {
    // An operation's address comes from a response. Do not send the token to other hosts.
    if (!isLoopback(url.href)) {
      throw new Error(`refused to send a request to ${url.href}, which is not on this machine`);
    }
    const answer = await withRetries(() => this.#once(method, url, body, waiter.signal), {
      signal: waiter.signal,
      onRetry: (reason, seconds) => waiter.status(`${reason}; trying again in ${seconds} s`),
      ...(this.#firstDelay === undefined ? {} : { firstDelay: this.#firstDelay }),
    });
    if (answer.status >= 400) {
      throw managerError(answer.status, answer.body);
    }
    const request = { method, url: url.href };
    return { statusCode: answer.status, headers: answer.headers, body: answer.body, request };
  }

  async #once(method: string, url: URL, body: Properties | undefined, signal: AbortSignal) {
    const response = await fetch(url, {
      method,
      signal,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${await this.#token(this.#endpoints.audience, signal)}`,
        "user-agent": userAgent,
        ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      retryAfter: response.headers.get("retry-after") ?? undefined,
      headers: Object.fromEntries(response.headers),
      body: parsed(await response.text()),
    };
  }
}
