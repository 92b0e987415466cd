/** The images that an update is going to run, and the registries that have them. */
import { readFileSync } from "node:fs";
import { splitImageReference } from "@tarmac/validate/imageReference";
import { registryIdIn } from "../pulumi/registryInState.ts";
import { stateOf } from "../pulumi/stackState.ts";
import { ownSetting } from "../stackFiles/ownSetting.ts";
import { configIn } from "../stackFiles/stackFile.ts";
import type { StackAccess } from "./stackRepository.ts";
import type { ImageToVerify } from "./verifyImages.ts";

/** Whose signatures count. Not validated: for a rollback, the program of the older commit validates its settings. */
export function trustedSignersIn(file: string): string[] {
  const given = ownSetting(configIn(readFileSync(file, "utf8")), "trustedSigners");
  const list: unknown = typeof given === "string" && given !== "" ? JSON.parse(given) : given;
  return Array.isArray(list) ? list.map(String) : [];
}

/** @param changes settings of this deployment that replace those of the file, by key */
export async function imagesToVerify(
  { cli, stack, file }: StackAccess,
  changes: Readonly<Record<string, unknown>>,
): Promise<ImageToVerify[]> {
  const config = { ...configIn(readFileSync(file, "utf8")), ...changes };
  const [image, images = {}, from] = ["image", "images", "importFrom"].map((key) => ownSetting(config, key));
  const all = [...(typeof image === "string" ? [image] : []), ...Object.values(images as Record<string, string>)];
  // The first deployment of a stack has no state yet.
  const state = await stateOf(cli, stack);
  return [...new Set(all)].map((one) => ({
    image: one,
    // An image that the stack is going to import is verified where it is now.
    registryId: typeof from === "string" ? from : registryIdIn(state, splitImageReference(one).host),
  }));
}
