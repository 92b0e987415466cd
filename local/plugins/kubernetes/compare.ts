/** What an update of an object would change, and whether it can be done in place. */
import type { DiffRequest, DiffResult, PropertyChange } from "../rpc/engineRequests.ts";
import { isProperties, reveal } from "../rpc/propertyValues.ts";
import type { Json, Properties } from "../rpc/propertyValues.ts";
import { fromOutputs } from "./checkpoint.ts";
import type { Connection } from "./connection.ts";
import { changesTo, isIgnored, parsePath, pathText } from "./diff.ts";
import { toProperties, withApiKeys } from "./kubeObject.ts";
import { at, isAutonamed } from "./naming.ts";
import { normalize } from "./normalize.ts";
import { prune } from "./prune.ts";
import { replacingFields, touches } from "./replacement.ts";
import { isNamespaced } from "./scope.ts";
import { parseTypeToken } from "./typeToken.ts";

function withNamespaceOf(properties: Properties, namespaced: boolean): Properties {
  const metadata = isProperties(properties.metadata) ? properties.metadata : {};
  const { namespace, ...others } = metadata;
  const kept = namespaced ? { ...others, namespace: namespace ?? "default" } : others;
  return { ...properties, metadata: kept };
}

/** Compares what was recorded of the live object, in the shape of the old inputs, with the new inputs. */
export async function compare(request: DiffRequest, connection: Connection): Promise<DiffResult> {
  const kind = parseTypeToken(request.type);
  const recorded = fromOutputs(request.olds, request.oldInputs);
  const live = withApiKeys(recorded.live === undefined ? recorded.inputs : toProperties(recorded.live));
  const namespaced = await isNamespaced(kind, connection, request.signal);
  const oldInputs = normalize(recorded.inputs);
  const old = withNamespaceOf(prune(kind.apiVersion, live, oldInputs) as Properties, namespaced);
  const now = withNamespaceOf(normalize(reveal(request.news) as Properties), namespaced);
  if (at(now, "metadata", "name") !== undefined) {
    // A program may come to name what was named by the cluster before.
    old.metadata = { ...(old.metadata as Properties), name: at(live, "metadata", "name") as Json };
  }

  const ignored = request.ignoreChanges.map(parsePath);
  const fields = replacingFields(kind, now.immutable === true, connection.settings);
  const changes = changesTo(kind.apiVersion, old, now)
    .filter(({ path }) => !ignored.some((one) => isIgnored(path, one)))
    .map(({ path, value, ...change }): [string, PropertyChange] => [
      pathText(path),
      { ...change, replace: touches(fields, path, value) },
    ]);
  const replaces = changes.some(([, { replace }]) => replace);
  const sameName =
    at(now, "metadata", "name") === at(live, "metadata", "name") &&
    at(now, "metadata", "namespace") === at(old, "metadata", "namespace");
  return { changes: Object.fromEntries(changes), deleteBeforeReplace: replaces && sameName && !isAutonamed(now) };
}
