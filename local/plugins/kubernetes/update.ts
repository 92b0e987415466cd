/** Changing an object in place, and waiting until the change has arrived. */
import { InitializationError } from "../rpc/engineErrors.ts";
import type { UpdateRequest } from "../rpc/engineRequests.ts";
import { containsUnknown, reveal } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import { fromOutputs, toOutputs } from "./checkpoint.ts";
import { ApiError } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { requireCluster } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { fieldManagerOf } from "./create.ts";
import { describe, isAnnotationTrue, objectId, parseObjectId, toKubeObject } from "./kubeObject.ts";
import type { KubeObject } from "./kubeObject.ts";
import { normalize } from "./normalize.ts";
import { apply, relinquish, withIgnoredChanges } from "./serverSideApply.ts";
import { parseTypeToken } from "./typeToken.ts";
import { assessmentOf, timeoutSeconds } from "./waiting/readiness.ts";
import { NotReadyError, realClock, waitUntilReady } from "./waiting/wait.ts";
import type { Clock } from "./waiting/wait.ts";
import { reportWarnings } from "./warnings.ts";

async function write(
  cluster: Cluster,
  object: KubeObject,
  fieldManager: string,
  request: UpdateRequest,
  { settings }: Connection,
): Promise<KubeObject> {
  const { signal, preview, ignoreChanges } = request;
  const live = await cluster.get({ ...object, ...parseObjectId(request.id) }, signal);
  const options = { dryRun: preview, signal, onWarning: reportWarnings(request.log, settings) };
  if (object.kind === "CustomResourceDefinition") {
    // Applied field by field a definition can end up with versions that contradict each other; officially replaced too.
    const { resourceVersion } = live.metadata;
    const whole: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion } };
    return cluster.replace(whole, { ...options, fieldManager });
  }
  const desired = withIgnoredChanges(object, live, fieldManager, ignoreChanges);
  const force = settings.patchForce || isAnnotationTrue(object, "pulumi.com/patchForce");
  return apply(cluster, desired, live, { ...options, fieldManager, force });
}

/**
 * Applies the new inputs and waits until the object is ready again; in a preview asks the server what would come of it.
 * Returns the outputs.
 *
 * @throws InitializationError when it was changed and did not become ready; Error when it was not changed.
 */
export async function update(
  request: UpdateRequest,
  connection: Connection,
  clock: Clock = realClock,
): Promise<Properties> {
  const kind = parseTypeToken(request.type);
  const { news, preview, signal, log } = request;
  const unseen = containsUnknown(news) || connection.cluster === undefined;
  if (preview && (unseen || (await connection.cluster?.scope(kind, signal)) === "unknown")) {
    return news;
  }
  const cluster = requireCluster(connection);
  const recorded = fromOutputs(request.olds, request.oldInputs);
  const object = toKubeObject(normalize(reveal(news) as Properties));
  const fieldManager = fieldManagerOf(object, recorded.fieldManager);
  const initialApiVersion = recorded.initialApiVersion ?? object.apiVersion;
  const outputsOf = (live: KubeObject) => toOutputs({ live, inputs: news, initialApiVersion, fieldManager });
  try {
    const changed = await write(cluster, object, fieldManager, request, connection);
    if (preview) {
      return outputsOf(changed);
    }
    const assess = assessmentOf(changed, cluster);
    const wait = { cluster, timeoutSeconds: timeoutSeconds(object, request.timeoutSeconds), log, signal, clock };
    const live = assess === undefined ? changed : await waitUntilReady(changed, assess, wait);
    if (recorded.fieldManager !== undefined && recorded.fieldManager !== fieldManager) {
      await relinquish(cluster, live, recorded.fieldManager, signal);
    }
    return outputsOf(live);
  } catch (error) {
    if (error instanceof NotReadyError) {
      const { live, reasons } = error;
      throw new InitializationError({ id: objectId(live), inputs: news, outputs: outputsOf(live), reasons });
    }
    if (preview && error instanceof ApiError && error.code === 403) {
      return news;
    }
    if (error instanceof ApiError) {
      throw new Error(`${describe(object)} was not updated by the API server: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
