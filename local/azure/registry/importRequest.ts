/**
 * `POST .../registries/NAME/importImage`: Azure copies an image from another registry, for a caller that may import here and read there.
 * https://learn.microsoft.com/rest/api/containerregistry/registries/import-image
 * https://learn.microsoft.com/azure/container-registry/container-registry-import-images
 */
import { isImagePath, parseImageReference } from "@tarmac/validate/imageReference";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asObjects, asString } from "../jsonValues.ts";
import type { QueuedAction } from "../resourceTypes/resourceType.ts";
import { copyImage, findManifest, setTag } from "./copyImage.ts";
import { registryType as type } from "./openRegistries.ts";
import { grantedActions } from "./repositoryPermissions.ts";
import { unauthorized } from "./tokenService.ts";

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
    const { repository, tag, digest } = imageIn(image, "source.sourceImage");
    const targets = Array.isArray(body.targetTags)
      ? body.targetTags.map((target) => imageIn(String(target), "targetTags"))
      : [];
    const untagged = Array.isArray(body.untaggedTargetRepositories)
      ? body.untaggedTargetRepositories.map((target) => ({
          repository: imageIn(String(target), "untaggedTargetRepositories").repository,
        }))
      : [];
    const named = [...targets, ...untagged];
    return {
      from: from.resource.id,
      repository,
      reference: digest ?? tag ?? "latest",
      targets: named.length > 0 ? named : [{ repository, tag }],
      force: body.mode === "Force",
      caller: caller.objectId,
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
    if (!mayImport && grantedActions(cloud.authorization, view, caller, scope).length === 0) {
      const answer = JSON.stringify(unauthorized([scope]).body);
      throw failed(entry.resource.id, `Invalid message Unauthorized Unauthorized ${answer}`);
    }
    const from = { images: source, repository };
    const digest = findManifest(from, reference);
    if (digest === undefined)
      throw failed(
        entry.resource.id,
        `Invalid message NotFound NotFound {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest ${reference} is not found"}]}`,
      );
    const wanted = asObjects(input.targets).map(({ repository: name, tag }) => ({
      image: { images: target, repository: String(name) },
      tag: asString(tag),
    }));
    for (const { image, tag } of wanted) {
      if (input.force === true || tag === undefined || findManifest(image, tag) === undefined) continue;
      const name = `${image.repository}:${tag}`;
      throw failed(entry.resource.id, `${name} Tag ${name} already exists in target registry.`);
    }
    for (const { image, tag } of wanted) {
      copyImage(from, image, digest);
      if (tag !== undefined) setTag(image, tag, digest);
    }
    return Promise.resolve();
  },
};

const failed = (id: string, why: string): ArmError =>
  new ArmError(409, "ImportFailed", `Operation registries-import failed. Resource ${id} ${why}`);

/** An image as a request names it: without a registry. @throws ArmError 400 for a value that is none */
function imageIn(text: string, property: string): { repository: string; tag?: string; digest?: string } {
  const { host, path, ...version } = parseImageReference(text) ?? { path: "" };
  // A first part such as `my.team` is a part of the path.
  const repository = host === undefined ? path : `${host}/${path}`;
  if (!isImagePath(repository))
    throw badRequest(`The property '${property}' has the value '${text}', which is not REPOSITORY[:TAG][@DIGEST].`);
  return { repository, ...version };
}
