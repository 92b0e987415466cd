/**
 * An API server over HTTP. Connection and sign-in are `@kubernetes/client-node`'s; requests are made here, because its
 * generated models drop the fields they do not know, and what is recorded must be what the server said.
 */
import { HttpMethod, IsomorphicFetchHttpLibrary, RequestContext } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";

import { ApiError } from "./cluster.ts";
import type {
  ApiStatus,
  Cluster,
  ContainerName,
  ListOptions,
  ObjectName,
  Propagation,
  WriteOptions,
} from "./cluster.ts";
import { Discovery } from "./discovery.ts";
import type { KubeObject } from "./kubeObject.ts";
import type { Kind } from "./typeToken.ts";

interface Call {
  method: HttpMethod;
  path: string;
  query?: Record<string, string | undefined>;
  body?: unknown;
  contentType?: string;
  signal: AbortSignal;
  onWarning?: ((text: string) => void) | undefined;
}

/** The texts of a `Warning` header: `299 - "first", 299 - "second"`. */
export function warningTexts(header: string | undefined): string[] {
  const texts = (header ?? "").matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...texts].map(([, text = ""]) => text.replaceAll('\\"', '"'));
}

/** A failed request in words that name the server; fetch itself says only "fetch failed". */
function connectionError(server: string, error: unknown): Error {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const text = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
  return new Error(`the API server at ${server} does not answer: ${text}`, { cause: error });
}

/** What a refusal says: a Status object, or plain text where something before the API server answered. */
function parseStatus(text: string): ApiStatus {
  try {
    return JSON.parse(text) as ApiStatus;
  } catch {
    return { message: text.trim() };
  }
}

function writeQuery(options: WriteOptions): Record<string, string | undefined> {
  return { fieldManager: options.fieldManager, dryRun: options.dryRun === true ? "All" : undefined };
}

export class HttpCluster implements Cluster {
  readonly #config: KubeConfig;
  readonly #timeoutSeconds: number | undefined;
  readonly #http = new IsomorphicFetchHttpLibrary();
  readonly #discovery: Discovery;
  #dispatcher: ReturnType<RequestContext["getDispatcher"]>;

  /** @param timeoutSeconds of one request; undefined for no limit. */
  constructor(config: KubeConfig, timeoutSeconds: number | undefined) {
    this.#config = config;
    this.#timeoutSeconds = timeoutSeconds;
    this.#discovery = new Discovery((path, signal) => this.#send({ method: HttpMethod.GET, path, signal }));
  }

  get #server(): string {
    return this.#config.getCurrentCluster()?.server ?? "";
  }

  /** The answer's text. @throws ApiError when the server refuses. */
  async #request(call: Call): Promise<string> {
    const url = new URL(this.#server.replace(/\/$/, "") + call.path);
    for (const [key, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined && value !== "") {
        url.searchParams.set(key, value);
      }
    }
    const request = new RequestContext(url.href, call.method);
    await this.#config.applySecurityAuthentication(request);
    // One for all requests: each has its own pool of connections.
    this.#dispatcher ??= request.getDispatcher();
    if (this.#dispatcher !== undefined) {
      request.setDispatcher(this.#dispatcher);
    }
    const limit = this.#timeoutSeconds === undefined ? [] : [AbortSignal.timeout(this.#timeoutSeconds * 1000)];
    request.setSignal(AbortSignal.any([call.signal, ...limit]));
    request.setHeaderParam("Accept", "application/json");
    if (call.body !== undefined) {
      request.setHeaderParam("Content-Type", call.contentType ?? "application/json");
      request.setBody(JSON.stringify(call.body));
    }
    return this.#receive(request, call);
  }

  async #receive(request: RequestContext, call: Call): Promise<string> {
    let response;
    let text;
    try {
      response = await this.#http.send(request).toPromise();
      text = await response.body.text();
    } catch (error) {
      call.signal.throwIfAborted();
      throw connectionError(this.#server, error);
    }
    warningTexts(response.headers.warning).forEach((warning) => call.onWarning?.(warning));
    if (response.httpStatusCode >= 300) {
      throw new ApiError(response.httpStatusCode, parseStatus(text));
    }
    return text;
  }

  async #send(call: Call): Promise<unknown> {
    return JSON.parse(await this.#request(call));
  }

  /** The server's version, such as `v1.34.1`. Throws when it cannot be reached or does not let this user in. */
  async version(signal: AbortSignal): Promise<string> {
    const version = (await this.#send({ method: HttpMethod.GET, path: "/version", signal })) as { gitVersion: string };
    // The version is public on most servers; the list of kinds asks for a valid sign-in.
    await this.#discovery.scope({ apiVersion: "v1", kind: "Namespace" }, signal);
    return version.gitVersion;
  }

  #path(kind: Kind, namespace: string | undefined, name: string | undefined, signal: AbortSignal): Promise<string> {
    return this.#discovery.path(kind, namespace, name, signal);
  }

  scope(kind: Kind, signal: AbortSignal): Promise<"namespaced" | "cluster" | "unknown"> {
    return this.#discovery.scope(kind, signal);
  }

  async get(name: ObjectName, signal: AbortSignal): Promise<KubeObject> {
    const path = await this.#path(name, name.namespace, name.name, signal);
    return (await this.#send({ method: HttpMethod.GET, path, signal })) as KubeObject;
  }

  async list(kind: Kind, namespace: string, options: ListOptions): Promise<KubeObject[]> {
    const { labelSelector, fieldSelector, signal } = options;
    const path = await this.#path(kind, namespace, undefined, signal);
    const query = { labelSelector, fieldSelector };
    const list = (await this.#send({ method: HttpMethod.GET, path, query, signal })) as { items: KubeObject[] };
    // Items of a list come without their kind.
    return list.items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
  }

  async create(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    const { signal, onWarning } = options;
    const path = await this.#path(object, object.metadata.namespace, undefined, signal);
    const call = { method: HttpMethod.POST, path, query: writeQuery(options), body: object, signal, onWarning };
    return (await this.#send(call)) as KubeObject;
  }

  async apply(
    object: KubeObject,
    options: WriteOptions & { fieldManager: string; force: boolean },
  ): Promise<KubeObject> {
    const { signal, onWarning, force } = options;
    const path = await this.#path(object, object.metadata.namespace, object.metadata.name, signal);
    const query = { ...writeQuery(options), force: String(force) };
    // JSON is YAML; there is no content type of its own for applying JSON.
    const contentType = "application/apply-patch+yaml";
    return (await this.#send({
      method: HttpMethod.PATCH,
      path,
      query,
      body: object,
      contentType,
      signal,
      onWarning,
    })) as KubeObject;
  }

  async replace(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    const { signal, onWarning } = options;
    const path = await this.#path(object, object.metadata.namespace, object.metadata.name, signal);
    const call = { method: HttpMethod.PUT, path, query: writeQuery(options), body: object, signal, onWarning };
    return (await this.#send(call)) as KubeObject;
  }

  async patch(
    name: ObjectName,
    operations: { op: string; path: string; value: unknown }[],
    signal: AbortSignal,
  ): Promise<KubeObject> {
    const path = await this.#path(name, name.namespace, name.name, signal);
    const contentType = "application/json-patch+json";
    return (await this.#send({ method: HttpMethod.PATCH, path, body: operations, contentType, signal })) as KubeObject;
  }

  async logs(container: ContainerName, previous: boolean, lines: number, signal: AbortSignal): Promise<string> {
    const pod = { apiVersion: "v1", kind: "Pod" };
    const path = `${await this.#path(pod, container.namespace, container.pod, signal)}/log`;
    const query = { container: container.container, previous: String(previous), tailLines: String(lines) };
    return (await this.#request({ method: HttpMethod.GET, path, query, signal })).trim();
  }

  async delete(name: ObjectName, propagation: Propagation, signal: AbortSignal): Promise<void> {
    const path = await this.#path(name, name.namespace, name.name, signal);
    await this.#send({ method: HttpMethod.DELETE, path, body: { propagationPolicy: propagation }, signal });
  }
}
