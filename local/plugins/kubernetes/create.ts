/** Making an object, and waiting until it is ready. */
import { InitializationError } from "../rpc/engineErrors.ts";
import type { CreateRequest, CreateResult } from "../rpc/engineRequests.ts";
import { containsUnknown } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import { toOutputs } from "./checkpoint.ts";
import { ApiError, isAlreadyExists, isNamespaceNotFound, isNotFound, NoSuchKindError } from "./cluster.ts";
import type { Cluster, WriteOptions } from "./cluster.ts";
import { requireCluster } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { annotation, describe, isAnnotationTrue, objectId, toKubeObject } from "./kubeObject.ts";
import type { KubeObject } from "./kubeObject.ts";
import { uniqueName } from "./naming.ts";
import { creatingManager } from "./serverSideApply.ts";
import type { ProviderSettings } from "./settings.ts";
import { parseTypeToken } from "./typeToken.ts";
import { assessmentOf, timeoutSeconds } from "./waiting/readiness.ts";
import { NotReadyError, realClock, waitUntilReady } from "./waiting/wait.ts";
import type { Clock } from "./waiting/wait.ts";
import { reportWarnings } from "./warnings.ts";

/** Tries and the seconds before them: a namespace or a definition made in the same update may still be on its way. */
const retrySeconds = [1, 2, 4, 8, 16];

/** The name under which fields are applied; made once, then kept in the state. */
export function fieldManagerOf(object: KubeObject, recorded: string | undefined): string {
  return annotation(object, "pulumi.com/patchFieldManager") ?? recorded ?? uniqueName("pulumi-kubernetes-", undefined);
}

function alreadyExists(error: ApiError): Error {
  return new Error(
    `${error.message}\n\nThe object already exists in the cluster. If it is this program's, renamed: use an alias, or ` +
      "deleteBeforeReplace. If it shall become this program's: `pulumi import`, or upsertExistingObjects on the provider.",
    { cause: error },
  );
}

async function write(
  cluster: Cluster,
  object: KubeObject,
  fieldManager: string,
  settings: ProviderSettings,
  options: WriteOptions,
): Promise<KubeObject> {
  if (!settings.upsertExistingObjects) {
    return cluster.create(object, { ...options, fieldManager: creatingManager });
  }
  const force = settings.patchForce || isAnnotationTrue(object, "pulumi.com/patchForce") || options.dryRun === true;
  return cluster.apply(object, { ...options, fieldManager, force });
}

async function writeWithRetries(
  attempt: () => Promise<KubeObject>,
  request: CreateRequest,
  clock: Clock,
): Promise<KubeObject> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const seconds = retrySeconds[tries];
      if (seconds === undefined || !(isNotFound(error) || error instanceof NoSuchKindError)) {
        throw isAlreadyExists(error) ? alreadyExists(error) : error;
      }
      request.log.status(`Retry #${tries + 1} in ${seconds} s; creation failed: ${error.message}`);
      await clock.sleep(seconds * 1000, request.signal);
    }
  }
}

/** The live object that the API server would make; undefined where it cannot tell. */
async function preview(
  object: KubeObject,
  request: CreateRequest,
  connection: Connection,
): Promise<KubeObject | undefined> {
  const { cluster, settings } = connection;
  if (cluster === undefined || (await cluster.scope(object, request.signal)) === "unknown") {
    return undefined;
  }
  try {
    const options = { dryRun: true, signal: request.signal, onWarning: reportWarnings(request.log, settings) };
    const made = await write(cluster, object, creatingManager, settings, options);
    // An empty status would be shown to the program as if it were known.
    delete made.status;
    return made;
  } catch (error) {
    // The namespace may be part of the same update, the old object replaced by it, or dry runs forbidden to the user.
    const forbidden = error instanceof ApiError && error.code === 403;
    const unsupported = error instanceof ApiError && error.message.includes("does not support dry run");
    if (forbidden || unsupported || isNamespaceNotFound(error) || isAlreadyExists(error)) {
      return undefined;
    }
    throw error;
  }
}

function outputsOf(live: KubeObject, inputs: Properties, fieldManager: string): Properties {
  return toOutputs({ live, inputs, initialApiVersion: live.apiVersion, fieldManager });
}

/**
 * Creates the object and waits until it is ready; in a preview asks the server what it would make.
 *
 * @throws InitializationError when it was created and did not become ready; Error when it was not created.
 */
export async function create(
  request: CreateRequest,
  connection: Connection,
  clock: Clock = realClock,
): Promise<CreateResult> {
  parseTypeToken(request.type);
  const { inputs, signal, log } = request;
  if (request.preview && containsUnknown(inputs)) {
    return { id: "", outputs: inputs };
  }
  const object = toKubeObject(inputs);
  const fieldManager = fieldManagerOf(object, undefined);
  try {
    if (request.preview) {
      const made = await preview(object, request, connection);
      return { id: "", outputs: made === undefined ? inputs : outputsOf(made, inputs, fieldManager) };
    }
    const cluster = requireCluster(connection);
    const options = { signal, onWarning: reportWarnings(log, connection.settings) };
    const attempt = () => write(cluster, object, fieldManager, connection.settings, options);
    const made = await writeWithRetries(attempt, request, clock);
    log.status("");
    const assess = assessmentOf(made, cluster);
    const wait = { cluster, timeoutSeconds: timeoutSeconds(object, request.timeoutSeconds), log, signal, clock };
    const live = assess === undefined ? made : await waitUntilReady(made, assess, wait);
    return { id: objectId(live), outputs: outputsOf(live, inputs, fieldManager) };
  } catch (error) {
    if (error instanceof NotReadyError) {
      const { live, reasons } = error;
      throw new InitializationError({
        id: objectId(live),
        inputs,
        outputs: outputsOf(live, inputs, fieldManager),
        reasons,
      });
    }
    if (error instanceof ApiError) {
      throw new Error(`${describe(object)} was not created by the API server: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
