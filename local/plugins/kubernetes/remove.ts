/** Deleting an object, and waiting until it is gone. */
import { InitializationError } from "../rpc/engineErrors.ts";
import type { DeleteRequest } from "../rpc/engineRequests.ts";
import { fromOutputs, toOutputs } from "./checkpoint.ts";
import { isNotFound, NoSuchKindError } from "./cluster.ts";
import type { Propagation } from "./cluster.ts";
import { requireCluster } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { annotation, parseObjectId, toKubeObject } from "./kubeObject.ts";
import type { KubeObject } from "./kubeObject.ts";
import { parseTypeToken } from "./typeToken.ts";
import { skipsDeletionWait, timeoutSeconds } from "./waiting/readiness.ts";
import { NotReadyError, realClock, waitUntilGone } from "./waiting/wait.ts";
import type { Clock } from "./waiting/wait.ts";

function propagationOf(object: KubeObject): Propagation {
  switch (annotation(object, "pulumi.com/deletionPropagationPolicy")?.toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    default:
      // What belongs to the object goes first: a Deployment is gone when its pods are.
      return "Foreground";
  }
}

/** @throws Error unless unreachable resources are to be forgotten. */
function forgetUnreachable(request: DeleteRequest, { settings, unreachable }: Connection): void {
  request.log.warn(`configured Kubernetes cluster is unreachable: ${unreachable ?? ""}`);
  if (!settings.deleteUnreachable) {
    throw new Error(
      "configured Kubernetes cluster is unreachable. If the cluster was deleted, rerun the operation with the " +
        "PULUMI_K8S_DELETE_UNREACHABLE environment variable set to true to remove this resource from Pulumi's state",
    );
  }
  request.log.info("deleteUnreachable is set: the unreachable resource is removed from Pulumi's state");
}

/**
 * Deletes the object and waits until it is gone. One that is gone already, or whose kind is, is no error.
 *
 * @throws InitializationError when its deletion has begun and was not seen to end.
 */
export async function remove(request: DeleteRequest, connection: Connection, clock: Clock = realClock): Promise<void> {
  const kind = parseTypeToken(request.type);
  if (connection.cluster === undefined) {
    forgetUnreachable(request, connection);
    return;
  }
  const cluster = requireCluster(connection);
  const recorded = fromOutputs(request.olds, request.oldInputs);
  const described = toKubeObject(recorded.inputs);
  const name = { ...kind, ...parseObjectId(request.id) };
  const { signal, log } = request;
  try {
    await cluster.delete(name, propagationOf(described), signal);
    if (skipsDeletionWait({ ...described, ...kind })) {
      return;
    }
    const wait = { cluster, timeoutSeconds: timeoutSeconds(described, request.timeoutSeconds), log, signal, clock };
    await waitUntilGone(name, recorded.live?.metadata.uid, wait);
  } catch (error) {
    if (isNotFound(error) || error instanceof NoSuchKindError) {
      return;
    }
    if (error instanceof NotReadyError) {
      const { live, reasons } = error;
      const { fieldManager = "", initialApiVersion = live.apiVersion } = recorded;
      const outputs = toOutputs({ live, inputs: request.oldInputs, initialApiVersion, fieldManager });
      throw new InitializationError({ id: request.id, inputs: request.oldInputs, outputs, reasons });
    }
    throw error;
  }
}
