/**
 * Read-only access to a cluster. Every request is a GET, so that code using it can change nothing.
 * @kubernetes/client-node handles kubeconfigs with their certificates, tokens, and sign-in plugins.
 */
import { request } from "node:https";
import type { RequestOptions } from "node:https";
import { text as readText } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";

const timeoutMilliseconds = 10_000;

/** The API server answered with an error status. */
export class ReadRefused extends Error {
  override readonly name = "ReadRefused";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The API server did not answer. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export type Query = Readonly<Record<string, string>>;

export class ClusterReader {
  readonly context: string;
  readonly server: string;
  readonly #config: KubeConfig;
  #options: Promise<RequestOptions> | undefined;

  /** @throws Error if the kubeconfig has no current cluster */
  constructor(config: KubeConfig) {
    const cluster = config.getCurrentCluster();
    if (cluster === null)
      throw new Error(
        `the kubeconfig has no cluster for its context "${config.getCurrentContext()}": kubectl config get-contexts`,
      );
    this.#config = config;
    this.context = config.getCurrentContext();
    this.server = cluster.server;
  }

  /** @throws ReadRefused, Unreachable */
  async text(path: string, query: Query = {}, accept = "application/json"): Promise<string> {
    this.#options ??= this.#signIn();
    const url = new URL(path, this.server.endsWith("/") ? this.server : `${this.server}/`);
    url.search = new URLSearchParams(query).toString();
    const options = await this.#options;
    const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const outgoing = request(url, {
        ...options,
        method: "GET",
        headers: { ...options.headers, accept },
        timeout: timeoutMilliseconds,
      });
      outgoing.on("response", (incoming) => {
        readText(incoming).then((body) => resolve({ status: incoming.statusCode ?? 0, body }), reject);
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMilliseconds / 1000} s`)));
      outgoing.on("error", reject);
      outgoing.end();
    }).catch((error: unknown) => {
      throw new Unreachable(whyUnreachable(this.server, error));
    });
    if (status >= 400) throw new ReadRefused(status, messageIn(body) ?? `HTTP ${status} for ${path}`);
    return body;
  }

  /** One object. @throws ReadRefused, Unreachable */
  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.text(path)) as T;
  }

  /** All items of a list, page by page. @throws ReadRefused, Unreachable */
  async list<T>(path: string, query: Query = {}, accept?: string): Promise<T[]> {
    const items: T[] = [];
    let next = "";
    do {
      const body = await this.text(
        path,
        { ...query, limit: "500", ...(next === "" ? {} : { continue: next }) },
        accept,
      );
      const page = JSON.parse(body) as { items?: T[]; metadata?: { continue?: string } };
      items.push(...(page.items ?? []));
      next = page.metadata?.continue ?? "";
    } while (next !== "");
    return items;
  }

  #whySignInFailed(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    const exec = this.#config.getCurrentUser()?.exec as { command?: string } | undefined;
    const command = exec?.command ?? "";
    const where = `signing in to the cluster of context "${this.context}" failed`;
    if (command !== "" && /ENOENT|not found/.test(message)) {
      const install = /kubelogin/.test(command) ? "az aks install-cli" : `install ${command}, or put it on PATH`;
      return `${where}: the kubeconfig signs in with the program "${command}", which is not on PATH: ${install}`;
    }
    return command === ""
      ? `${where}: ${message}`
      : `${where}: the program "${command}" of the kubeconfig failed: ${message}`;
  }

  async #signIn(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new Unreachable(this.#whySignInFailed(error));
    }
    return options;
  }
}

function whyUnreachable(server: string, error: unknown): string {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  if (/CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|DEPTH_ZERO/.test(code))
    return (
      `the certificate of the cluster at ${server} is not trusted (${message}): the kubeconfig's certificate-authority-data is that of ` +
      "another cluster, or a proxy in between has a certificate of its own. Get the kubeconfig again: az aks get-credentials"
    );
  return `the cluster at ${server} does not answer: ${message}`;
}

function messageIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { message?: string } | null)?.message;
  } catch {
    return body.trim() === "" ? undefined : body.trim().slice(0, 300);
  }
}
