/**
 * `POST .../registries/NAME/scheduleRun`: the registry builds an image from an uploaded context.
 * https://learn.microsoft.com/rest/api/containerregistry/registries/schedule-run
 */
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asString } from "../jsonValues.ts";
import { presentRun, runType } from "../resourceTypes/registryRun.ts";
import type { Action } from "../resourceTypes/resourceType.ts";
import { uploadedSource } from "./runStorage.ts";
import { runBuild } from "./taskFile.ts";

export const scheduleRun: Action = ({ cloud, entry, body, caller }) => {
  const { id, name, properties, location = "" } = entry.resource;
  if (!cloud.simulation.limits.tasks)
    throw new ArmError(
      403,
      "TasksOperationsNotAllowed",
      `ACR Tasks requests for the registry ${name} and ${cloud.deployer.subscriptionId} are not permitted. Please file an Azure support request at ` +
        "http://aka.ms/azuresupport for assistance.",
    );
  const build = runBuild(body, asString(properties.loginServer) ?? "");
  const source = asString(body.sourceLocation) ?? "";
  if (uploadedSource(cloud, id, source) === undefined)
    throw badRequest(
      `The source location '${source}' is not one that listBuildSourceUploadUrl returned, or nothing was uploaded to it.`,
    );
  const identity = asString(asObject(asObject(body.credentials)?.sourceRegistry)?.identity);
  if (identity !== undefined && identity !== "[caller]")
    throw badRequest(`This environment's runs sign in as "[caller]" or as themselves, not as '${identity}'.`);
  const runId = `ca${cloud.inventory.within(id, runType).length + 1}`;
  const now = new Date().toISOString();
  const run = cloud.inventory.put(
    {
      ...{ id: `${id}/runs/${runId}`, name: runId, type: runType },
      properties: {
        ...{ runId, status: "Queued", runType: "QuickRun", provisioningState: "Creating" },
        ...{ createTime: now, lastUpdatedTime: now, platform: body.platform ?? {} },
      },
    },
    { build, source, caller: identity === undefined ? null : caller.objectId },
  );
  const accepted = structuredClone(presentRun(run));
  cloud.operations.start({
    ...{ kind: "provision", resourceId: run.resource.id, namespace: "Microsoft.ContainerRegistry", location },
  });
  return Promise.resolve(accepted);
};
