/** From a program's inputs to those that are recorded: named, in a namespace, in normal form. */
import type { CheckRequest, CheckResult } from "../rpc/engineRequests.ts";
import { isProperties, reveal, Unknown } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import { markSecrets } from "./checkpoint.ts";
import type { Connection } from "./connection.ts";
import { at, autonamedAnnotation, withName } from "./naming.ts";
import { normalize } from "./normalize.ts";
import { isNamespaced } from "./scope.ts";
import { parseTypeToken } from "./typeToken.ts";
import type { Kind } from "./typeToken.ts";

const managedByLabel = "app.kubernetes.io/managed-by";

// This adapter only looks at `skipAwait`, `timeoutSeconds`, `patchForce`, `patchFieldManager`, `deletionPropagationPolicy`.
const notServed = ["pulumi.com/waitFor", "pulumi.com/replaceUnready"];

/** The label says "made by Pulumi" for objects of client-side apply; it stays on those that have it. */
function withManagedBy(inputs: Properties, oldInputs: Properties, environment: NodeJS.ProcessEnv): Properties {
  const value = environment.PULUMI_KUBERNETES_MANAGED_BY_LABEL ?? "pulumi";
  const { metadata } = inputs;
  if (at(oldInputs, "metadata", "labels", managedByLabel) !== value || !isProperties(metadata)) {
    return inputs;
  }
  const labels = metadata.labels ?? {};
  return isProperties(labels)
    ? { ...inputs, metadata: { ...metadata, labels: { ...labels, [managedByLabel]: value } } }
    : inputs;
}

async function withNamespace(
  inputs: Properties,
  kind: Kind,
  connection: Connection,
  signal: AbortSignal,
): Promise<Properties> {
  const metadata = inputs.metadata ?? {};
  const given = at(metadata, "namespace");
  const isGiven = given instanceof Unknown || (typeof given === "string" && given !== "");
  if (isGiven || !isProperties(metadata) || !(await isNamespaced(kind, connection, signal))) {
    return inputs;
  }
  return { ...inputs, metadata: { ...metadata, namespace: connection.defaultNamespace } };
}

/**
 * Inputs as they are recorded.
 *
 * @throws UnimplementedError for types this adapter does not serve, Error for `metadata.generateName`.
 */
export async function check(request: CheckRequest, connection: Connection): Promise<CheckResult> {
  const kind = parseTypeToken(request.type);
  if (connection.cluster === undefined && connection.settings.skipUpdateUnreachable) {
    request.log.warn("Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...");
    return { inputs: request.olds };
  }
  const news = reveal(request.news) as Properties;
  const olds = reveal(request.olds) as Properties;
  if (at(news, "metadata", "generateName") !== undefined && at(news, "metadata", "name") === undefined) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
  if (at(news, "metadata", "annotations", autonamedAnnotation) !== undefined) {
    request.log.warn(`ignoring user-specified value for internal annotation "${autonamedAnnotation}"`);
  }
  for (const name of notServed.filter((one) => at(news, "metadata", "annotations", one) !== undefined)) {
    request.log.warn(`tarmac's local kubernetes adapter does not look at the annotation ${name}`);
  }
  const complete = normalize({ ...news, apiVersion: news.apiVersion ?? kind.apiVersion, kind: news.kind ?? kind.kind });
  const named = withManagedBy(withName(complete, olds, request), olds, process.env);
  const placed = await withNamespace(named, kind, connection, request.signal);
  return { inputs: markSecrets(placed, request.news) };
}
