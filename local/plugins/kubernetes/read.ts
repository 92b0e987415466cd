/** The object as it is now: for refreshes, imports and `get`. */
import { InitializationError } from "../rpc/engineErrors.ts";
import type { ReadRequest, ReadResult } from "../rpc/engineRequests.ts";
import { isProperties, without } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import { fromOutputs, markSecrets, toOutputs } from "./checkpoint.ts";
import { isNotFound, NoSuchKindError } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { requireCluster } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { fieldManagerOf } from "./create.ts";
import { describe, parseObjectId, toProperties } from "./kubeObject.ts";
import type { KubeObject } from "./kubeObject.ts";
import { normalize } from "./normalize.ts";
import { prune } from "./prune.ts";
import { parseTypeToken } from "./typeToken.ts";
import { assessmentOf } from "./waiting/readiness.ts";
import { summarize } from "./waiting/verdict.ts";

const clusterAnnotations = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];

/** The inputs of an object that no program has described yet: what it is, without what only the cluster writes. */
function inputsFromLive(live: KubeObject): Properties {
  const described = without(normalize(toProperties(live)), "status");
  const metadata = isProperties(described.metadata) ? described.metadata : {};
  const annotations = without(isProperties(metadata.annotations) ? metadata.annotations : {}, ...clusterAnnotations);
  const others = without(metadata, "annotations");
  return { ...described, metadata: Object.keys(annotations).length === 0 ? others : { ...others, annotations } };
}

/** Reasons why the object is not ready; empty when it is. */
async function unreadiness(live: KubeObject, cluster: Cluster, signal: AbortSignal): Promise<string[]> {
  const verdict = await assessmentOf(live, cluster)?.(live, signal);
  if (verdict === undefined || verdict.state === "ready") {
    return [];
  }
  const detail = verdict.state === "waiting" ? `. ${verdict.status}` : "";
  return [`${describe(live)} is not ready${detail}`, ...summarize(verdict.problems)];
}

/** What an unreachable cluster's object is taken for. @throws Error unless the settings say. */
function readUnreachable(request: ReadRequest, { settings, unreachable }: Connection): ReadResult {
  request.log.warn(`configured Kubernetes cluster is unreachable: ${unreachable ?? ""}`);
  if (settings.deleteUnreachable) {
    request.log.info("deleteUnreachable is set: the unreachable resource is removed from Pulumi's state");
    return undefined;
  }
  if (settings.skipUpdateUnreachable) {
    request.log.info("skipUpdateUnreachable is set: the recorded state is taken as it is");
    return { id: request.id, inputs: request.inputs, outputs: request.outputs };
  }
  throw new Error(
    "failed to read resource state due to unreachable cluster. If the cluster was deleted, rerun the operation with " +
      "the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to true to remove this resource from Pulumi's state",
  );
}

/**
 * The live object and the inputs it amounts to; undefined where it is gone.
 *
 * @throws InitializationError when it is there, and not ready.
 */
export async function read(request: ReadRequest, connection: Connection): Promise<ReadResult> {
  const kind = parseTypeToken(request.type);
  if (connection.cluster === undefined) {
    return readUnreachable(request, connection);
  }
  const cluster = requireCluster(connection);
  const recorded = fromOutputs(request.outputs, request.inputs);
  let live: KubeObject;
  try {
    live = await cluster.get({ ...kind, ...parseObjectId(request.id) }, request.signal);
  } catch (error) {
    if (isNotFound(error) || error instanceof NoSuchKindError) {
      return undefined;
    }
    throw error;
  }
  const isKnown = Object.keys(recorded.inputs).length > 0;
  const oldInputs = normalize(recorded.inputs);
  const plain = isKnown ? (prune(kind.apiVersion, live, oldInputs) as Properties) : inputsFromLive(live);
  const inputs = markSecrets(plain, request.inputs);
  const fieldManager = fieldManagerOf(live, recorded.fieldManager);
  const initialApiVersion = recorded.initialApiVersion ?? live.apiVersion;
  const outputs = toOutputs({ live, inputs, initialApiVersion, fieldManager });
  const reasons = isKnown ? await unreadiness(live, cluster, request.signal) : [];
  if (reasons.length > 0) {
    throw new InitializationError({ id: request.id, inputs, outputs, reasons });
  }
  return { id: request.id, inputs, outputs };
}
