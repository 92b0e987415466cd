/**
 * `POST .../registries/NAME/importImage`: Azure copies an image from another registry, for a caller that may import here and read there.
 * https://learn.microsoft.com/rest/api/containerregistry/registries/import-image
 * https://learn.microsoft.com/azure/container-registry/container-registry-import-images
 */
import { splitImageReference } from "@tarmac/validate/imageReference";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asString, type JsonObject } from "../jsonValues.ts";
import type { QueuedAction } from "../resourceTypes/resourceType.ts";
import { copyImage, findManifest, setTag } from "./copyImage.ts";
import { grantedActions } from "./repositoryPermissions.ts";

const type = "Microsoft.ContainerRegistry/registries";

export const importImage: QueuedAction = {
  accept({ cloud, entry, body, caller }) {
    const source = asObject(body.source);
    const image = asString(source?.sourceImage);
    if (image === undefined) throw badRequest("The property 'source.sourceImage' is missing.");
    const id = asString(source?.resourceId);
    if (id === undefined)
      throw badRequest(
        "This environment imports from registries of the simulated Azure: 'source.resourceId' is missing.",
      );
    const from = cloud.inventory.get(id);
    // Azure checks the linked resource first, and gives the same answer if it does not exist.
    if (from === undefined || !cloud.authorization.allows(caller.objectId, `${type}/read`, id))
      throw new ArmError(
        403,
        "LinkedAuthorizationFailed",
        `The client '${caller.appId}' with object id '${caller.objectId}' has permission to perform action '${type}/importImage/action' on scope ` +
          `'${entry.resource.id}'; however, it does not have permission to perform action 'read' on the linked scope(s) '${id}' or the linked scope(s) are invalid.`,
      );
    const { path, tag, digest } = splitImageReference(image);
    const targets = Array.isArray(body.targetTags) ? body.targetTags.map(String) : [];
    return {
      ...{ from: from.resource.id, repository: path, reference: digest ?? tag ?? "latest" },
      ...{ targets: targets.length > 0 ? targets : [image], force: body.mode === "Force", caller: caller.objectId },
    };
  },

  run(cloud, entry, input) {
    const [id, repository, reference, caller] = ["from", "repository", "reference", "caller"].map((key) =>
      String(input[key]),
    ) as [string, string, string, string];
    const loginServer = asString(cloud.inventory.get(id)?.resource.properties.loginServer) ?? "";
    const view = cloud.registries.find(loginServer);
    const [source, target] = [cloud.registries.images(id), cloud.registries.images(entry.resource.id)];
    if (view === undefined || source === undefined || target === undefined)
      throw new ArmError(409, "RegistryNotReady", `The registry ${loginServer} is not served at the moment.`);
    // Of a registry in ABAC mode, the import role itself gives access: it is not limited to repositories.
    const mayImport = cloud.authorization.allows(caller, `${type}/importImage/action`, id);
    const scope = { type: "repository", name: repository, actions: ["pull"] };
    if (!mayImport && grantedActions(cloud.authorization, view, caller, scope).length === 0)
      throw failed(entry.resource.id, `Invalid message Unauthorized Unauthorized ${unauthorized(repository)}`);
    const from = { images: source, repository };
    const digest = findManifest(from, reference);
    if (digest === undefined)
      throw failed(
        entry.resource.id,
        `Invalid message NotFound NotFound {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest ${reference} is not found"}]}`,
      );
    const wanted = (input.targets as string[]).map((text) => splitImageReference(text));
    const taken = wanted.find(
      ({ path, tag }) => tag !== undefined && findManifest({ images: target, repository: path }, tag) !== undefined,
    );
    if (taken !== undefined && input.force !== true) {
      const name = `${taken.path}:${taken.tag}`;
      throw failed(entry.resource.id, `${name} Tag ${name} already exists in target registry.`);
    }
    for (const { path, tag } of wanted) {
      copyImage(from, { images: target, repository: path }, digest);
      if (tag !== undefined) setTag({ images: target, repository: path }, tag, digest);
    }
    return Promise.resolve();
  },
};

const failed = (id: string, why: string): ArmError =>
  new ArmError(409, "ImportFailed", `Operation registries-import failed. Resource ${id} ${why}`);

const unauthorized = (repository: string): string =>
  JSON.stringify({
    errors: [
      {
        ...{
          code: "UNAUTHORIZED",
          message: "authentication required, visit https://aka.ms/acr/authorization for more information.",
        },
        detail: [{ Type: "repository", Name: repository, Action: "pull" }],
      },
    ],
  } satisfies JsonObject);
