/** The configuration of the kubernetes provider, as far as this adapter serves it. */
import { isProperties, reveal, toJson } from "../rpc/propertyValues.ts";
import type { Properties, Value } from "../rpc/propertyValues.ts";

export interface ProviderSettings {
  /** A path to a kubeconfig, or its content. Not set: $KUBECONFIG, ~/.kube/config, a pod's own service account. */
  kubeconfig: string | undefined;
  context: string | undefined;
  cluster: string | undefined;
  /** For namespaced objects that name none. */
  namespace: string | undefined;
  serverSideApply: boolean;
  patchForce: boolean;
  upsertExistingObjects: boolean;
  configMapMutable: boolean;
  secretMutable: boolean;
  deleteUnreachable: boolean;
  skipUpdateUnreachable: boolean;
  suppressDeprecationWarnings: boolean;
  /** Of a single request; undefined for no limit. */
  requestTimeoutSeconds: number | undefined;
}

type Environment = Record<string, string | undefined>;

/** A text setting; one that was given as an object is its JSON, and an empty one is not set. */
export function configText(value: Value | undefined): string | undefined {
  if (isProperties(value)) {
    return JSON.stringify(toJson(value));
  }
  return typeof value === "string" && value !== "" ? value : undefined;
}

// The SDKs send booleans as JSON text, because configuration was text once.
function flag(value: Value | undefined, fallback: string | undefined, byDefault: boolean): boolean {
  if (value !== undefined && value !== null) {
    return value === true || value === "true";
  }
  return fallback === undefined ? byDefault : fallback === "true";
}

function requestTimeout(value: Value | undefined, environment: Environment): number | undefined {
  const settings = configText(value);
  const parsed = settings === undefined ? {} : (JSON.parse(settings) as { timeout?: number });
  const seconds = parsed.timeout ?? Number(environment.PULUMI_K8S_CLIENT_TIMEOUT ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** Settings from the provider's configuration; where it says nothing, from the official plugin's environment variables. */
export function readSettings(config: Properties, environment: Environment): ProviderSettings {
  const plain = reveal(config) as Properties;
  return {
    kubeconfig: configText(plain.kubeconfig),
    context: configText(plain.context),
    cluster: configText(plain.cluster),
    namespace: configText(plain.namespace),
    serverSideApply: flag(plain.enableServerSideApply, environment.PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY, true),
    patchForce: flag(plain.enablePatchForce, environment.PULUMI_K8S_ENABLE_PATCH_FORCE, false),
    upsertExistingObjects: flag(plain.upsertExistingObjects, environment.PULUMI_K8S_UPSERT_EXISTING_OBJECTS, false),
    configMapMutable: flag(plain.enableConfigMapMutable, environment.PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE, false),
    secretMutable: flag(plain.enableSecretMutable, environment.PULUMI_K8S_ENABLE_SECRET_MUTABLE, false),
    deleteUnreachable: flag(plain.deleteUnreachable, environment.PULUMI_K8S_DELETE_UNREACHABLE, false),
    skipUpdateUnreachable: flag(plain.skipUpdateUnreachable, environment.PULUMI_K8S_SKIP_UPDATE_UNREACHABLE, false),
    suppressDeprecationWarnings: flag(
      plain.suppressDeprecationWarnings,
      environment.PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS,
      false,
    ),
    requestTimeoutSeconds: requestTimeout(plain.kubeClientSettings, environment),
  };
}
