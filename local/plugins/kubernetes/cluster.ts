/** What the adapter asks of a Kubernetes API server. */
import type { KubeObject } from "./kubeObject.ts";
import type { Kind } from "./typeToken.ts";

/** Which object is meant. */
export interface ObjectName extends Kind {
  /** Empty or missing for what stands in no namespace. */
  namespace?: string | undefined;
  name: string;
}

export interface ContainerName {
  namespace: string;
  pod: string;
  container: string;
}

export interface WriteOptions {
  fieldManager?: string;
  /** The server does everything but store the result. */
  dryRun?: boolean;
  signal: AbortSignal;
  /** Gets the server's warnings: deprecated versions, violations of Pod Security. */
  onWarning?: (text: string) => void;
}

export interface ListOptions {
  labelSelector?: string | undefined;
  fieldSelector?: string;
  signal: AbortSignal;
}

export type Propagation = "Foreground" | "Background" | "Orphan";

/** Every call throws `ApiError` when the server refuses, and another error when it cannot be reached. */
export interface Cluster {
  /** "unknown" where the server has no such kind. */
  scope(kind: Kind, signal: AbortSignal): Promise<"namespaced" | "cluster" | "unknown">;
  get(name: ObjectName, signal: AbortSignal): Promise<KubeObject>;
  list(kind: Kind, namespace: string, options: ListOptions): Promise<KubeObject[]>;
  create(object: KubeObject, options: WriteOptions): Promise<KubeObject>;
  /** Server-side apply. Without `force` a field that another manager set to something else is a conflict. */
  apply(object: KubeObject, options: WriteOptions & { fieldManager: string; force: boolean }): Promise<KubeObject>;
  replace(object: KubeObject, options: WriteOptions): Promise<KubeObject>;
  /** A JSON patch (RFC 6902). */
  patch(
    name: ObjectName,
    operations: { op: string; path: string; value: unknown }[],
    signal: AbortSignal,
  ): Promise<KubeObject>;
  /** The last lines a container wrote; `previous` for the one before its last restart. */
  logs(container: ContainerName, previous: boolean, lines: number, signal: AbortSignal): Promise<string>;
  delete(name: ObjectName, propagation: Propagation, signal: AbortSignal): Promise<void>;
}

/** Kubernetes' `Status` object. */
export interface ApiStatus {
  message?: string;
  reason?: string;
  details?: {
    name?: string;
    kind?: string;
    causes?: { reason?: string; message?: string; field?: string }[];
  };
}

/** The API server's refusal. */
export class ApiError extends Error {
  readonly code: number;
  readonly status: ApiStatus;
  constructor(code: number, status: ApiStatus) {
    super(status.message ?? `the API server answered ${code}`);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
  }
}

/** The server has no such kind: its definition is missing, or the API version was removed. */
export class NoSuchKindError extends Error {
  constructor({ apiVersion, kind }: Kind) {
    super(`the API server has no kind ${kind} in ${apiVersion}; is its CustomResourceDefinition there?`);
    this.name = "NoSuchKindError";
  }
}

export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 404;
}

export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 409 && error.status.reason === "Conflict";
}

export function isAlreadyExists(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 409 && error.status.reason === "AlreadyExists";
}

/** True when the object's namespace is what is missing. */
export function isNamespaceNotFound(error: unknown): boolean {
  return isNotFound(error) && error.status.details?.kind === "namespaces";
}
