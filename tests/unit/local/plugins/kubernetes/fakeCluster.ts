/** An API server in memory, and requests to the adapter, for the tests of this folder. */
import { ApiError, NoSuchKindError } from "../../../../../local/plugins/kubernetes/cluster.ts";
import type {
  Cluster,
  ContainerName,
  ListOptions,
  ObjectName,
  Propagation,
  WriteOptions,
} from "../../../../../local/plugins/kubernetes/cluster.ts";
import type { Connection } from "../../../../../local/plugins/kubernetes/connection.ts";
import type { KubeObject } from "../../../../../local/plugins/kubernetes/kubeObject.ts";
import { readSettings } from "../../../../../local/plugins/kubernetes/settings.ts";
import type { Kind } from "../../../../../local/plugins/kubernetes/typeToken.ts";
import type { Clock } from "../../../../../local/plugins/kubernetes/waiting/wait.ts";
import type { ResourceRequest } from "../../../../../local/plugins/rpc/engineRequests.ts";
import type { Properties } from "../../../../../local/plugins/rpc/propertyValues.ts";

export interface Call {
  verb: string;
  name: string;
  options?: WriteOptions & { force?: boolean };
  object?: KubeObject;
  propagation?: Propagation;
}

const clusterKinds = ["Namespace", "ClusterRole"];
const kinds = [...clusterKinds, "ConfigMap", "Deployment", "Event", "Job", "Pod", "ReplicaSet", "Secret", "Service"];

export class FakeCluster implements Cluster {
  readonly objects = new Map<string, KubeObject>();
  readonly calls: Call[] = [];
  /** Thrown by the next calls of a verb, first come first. */
  readonly refusals: Record<string, Error[]> = {};
  /** Called before every `get`: what controllers do meanwhile. */
  onGet: (name: string) => void = () => undefined;
  logText = "";

  key({ kind, namespace, name }: ObjectName): string {
    return [kind, namespace, name].filter((part) => part !== undefined && part !== "").join("/");
  }

  keyOf({ apiVersion, kind, metadata }: KubeObject): string {
    return this.key({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? "" });
  }

  put(object: KubeObject): KubeObject {
    this.objects.set(this.keyOf(object), object);
    return object;
  }

  #record(call: Call): void {
    this.calls.push(call);
    const refusal = this.refusals[call.verb]?.shift();
    if (refusal !== undefined) {
      throw refusal;
    }
  }

  #write(verb: string, object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    this.#record({ verb, name: this.keyOf(object), options, object });
    const old = this.objects.get(this.keyOf(object));
    const uid = old?.metadata.uid ?? `uid-of-${object.metadata.name}`;
    const generation = (old?.metadata.generation ?? 0) + 1;
    const written = { ...old, ...object, metadata: { ...old?.metadata, ...object.metadata, uid, generation } };
    return Promise.resolve(options.dryRun === true ? written : this.put(written));
  }

  #find(name: ObjectName): KubeObject {
    const object = this.objects.get(this.key(name));
    if (object === undefined) {
      throw new ApiError(404, { reason: "NotFound", message: `${this.key(name)} not found` });
    }
    return object;
  }

  scope({ kind }: Kind): Promise<"namespaced" | "cluster" | "unknown"> {
    return Promise.resolve(clusterKinds.includes(kind) ? "cluster" : kinds.includes(kind) ? "namespaced" : "unknown");
  }

  get = (name: ObjectName): Promise<KubeObject> =>
    Promise.resolve().then(() => {
      this.onGet(this.key(name));
      this.#record({ verb: "get", name: this.key(name) });
      return this.#find(name);
    });

  list(kind: Kind, namespace: string, _options: ListOptions): Promise<KubeObject[]> {
    const all = [...this.objects.values()];
    return Promise.resolve(all.filter((one) => one.kind === kind.kind && one.metadata.namespace === namespace));
  }

  create = (object: KubeObject, options: WriteOptions): Promise<KubeObject> =>
    Promise.resolve().then(() => {
      if (!kinds.includes(object.kind)) {
        throw new NoSuchKindError(object);
      }
      return this.#write("create", object, options);
    });

  apply = (object: KubeObject, options: WriteOptions & { force: boolean }): Promise<KubeObject> =>
    Promise.resolve().then(() => this.#write("apply", object, options));

  replace = (object: KubeObject, options: WriteOptions): Promise<KubeObject> =>
    Promise.resolve().then(() => this.#write("replace", object, options));

  patch = (name: ObjectName, operations: { path: string; value: unknown }[]): Promise<KubeObject> =>
    Promise.resolve().then(() => {
      this.#record({ verb: "patch", name: this.key(name) });
      const object = this.#find(name);
      const managedFields = operations.find(({ path }) => path === "/metadata/managedFields")?.value;
      const metadata = { ...object.metadata, managedFields: managedFields as KubeObject["metadata"]["managedFields"] };
      return this.put({ ...object, metadata });
    });

  logs(_container: ContainerName, previous: boolean): Promise<string> {
    return previous ? Promise.resolve(this.logText) : Promise.reject(new ApiError(400, {}));
  }

  delete = (name: ObjectName, propagation: Propagation): Promise<void> =>
    Promise.resolve().then(() => {
      this.#record({ verb: "delete", name: this.key(name), propagation });
      this.#find(name);
      this.objects.delete(this.key(name));
    });

  verbs(): string[] {
    return this.calls.map(({ verb, name }) => `${verb} ${name}`);
  }
}

/** A clock that moves only when somebody sleeps. */
export class FakeClock implements Clock {
  milliseconds = 0;
  now = (): number => this.milliseconds;
  sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    Promise.resolve().then(() => {
      signal.throwIfAborted();
      this.milliseconds += milliseconds;
    });
}

export function connectionTo(cluster: Cluster | undefined, config: Properties = {}): Connection {
  const unreachable = cluster === undefined ? "connection refused" : undefined;
  return { settings: readSettings(config, {}), defaultNamespace: "default", cluster, unreachable };
}

/** What every request carries, with what was logged. */
export function request(type: string, signal = new AbortController().signal): ResourceRequest & { logged: string[] } {
  const logged: string[] = [];
  const write = (level: string) => (text: string) => void logged.push(`${level}: ${text}`);
  const log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    status: write("status"),
  };
  return { urn: `urn:pulumi:dev::shop::${type}::web`, type, name: "web", log, signal, logged };
}
