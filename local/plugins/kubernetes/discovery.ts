/** Which kinds an API server has, and at which path. */
import { ApiError, NoSuchKindError } from "./cluster.ts";
import type { Kind } from "./typeToken.ts";

/** An entry of the server's list, such as `{ name: "deployments", kind: "Deployment", namespaced: true }`. */
interface Resource {
  name: string;
  kind: string;
  namespaced: boolean;
}

function rootPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Kinds are remembered; one that is not found is asked for again, since its definition may have come since. */
export class Discovery {
  readonly #get: (path: string, signal: AbortSignal) => Promise<unknown>;
  readonly #resources = new Map<string, Promise<Resource[]>>();

  /** @param get asks the server for a path's JSON */
  constructor(get: (path: string, signal: AbortSignal) => Promise<unknown>) {
    this.#get = get;
  }

  async #list(apiVersion: string, signal: AbortSignal): Promise<Resource[]> {
    try {
      const list = (await this.#get(rootPath(apiVersion), signal)) as { resources: Resource[] };
      return list.resources.filter(({ name }) => !name.includes("/"));
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) {
        return [];
      }
      throw error;
    }
  }

  async #find({ apiVersion, kind }: Kind, signal: AbortSignal): Promise<Resource | undefined> {
    const remembered = await this.#resources.get(apiVersion);
    const found = remembered?.find((resource) => resource.kind === kind);
    if (found !== undefined) {
      return found;
    }
    const listing = this.#list(apiVersion, signal);
    this.#resources.set(apiVersion, listing);
    try {
      return (await listing).find((resource) => resource.kind === kind);
    } catch (error) {
      this.#resources.delete(apiVersion);
      throw error;
    }
  }

  async scope(kind: Kind, signal: AbortSignal): Promise<"namespaced" | "cluster" | "unknown"> {
    const resource = await this.#find(kind, signal);
    if (resource === undefined) {
      return "unknown";
    }
    return resource.namespaced ? "namespaced" : "cluster";
  }

  /** The path of one object, or without a name of all. @throws NoSuchKindError */
  async path(
    kind: Kind,
    namespace: string | undefined,
    name: string | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const resource = await this.#find(kind, signal);
    if (resource === undefined) {
      throw new NoSuchKindError(kind);
    }
    const within = resource.namespaced && namespace !== undefined && namespace !== "" ? ["namespaces", namespace] : [];
    const parts = [...within, resource.name, ...(name === undefined ? [] : [name])];
    return `${rootPath(kind.apiVersion)}/${parts.map(encodeURIComponent).join("/")}`;
  }
}
