/** Access to the repositories that a stack's images are in, as the current user. */
import { readFileSync } from "node:fs";
import { refreshTokenUser } from "@tarmac/components/registry/registrySignIn";
import { splitImageReference } from "@tarmac/validate/imageReference";
import { azureSettingsOf } from "../azure/azureSettings.ts";
import { passwordOf } from "../azure/registryAccess.ts";
import { type Azure, signIn } from "../azure/signIn.ts";
import { credentialsFor } from "../checkImage/engine/dockerCredentials.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import type { Credentials } from "../doctor/registry/registryClient.ts";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { configIn } from "../stackFiles/stackFile.ts";
import { ownSetting } from "../stackFiles/ownSetting.ts";
import { ImageRepository } from "./imageRepository.ts";

/** An image in a registry, by its digest. */
export interface PinnedImage {
  host: string;
  /** Repository in the registry. */
  path: string;
  /** `sha256:...` */
  digest: string;
}

/** @throws CouldNotRun for an image that is not `HOST/REPOSITORY[:TAG]@DIGEST` */
export function pinnedImage(image: string): PinnedImage {
  const { host, path, digest } = splitImageReference(image);
  if (host !== undefined && digest !== undefined) return { host, path, digest };
  throw new CouldNotRun(
    `"${image}" has no digest, so nothing can be attached to it: use HOST/REPOSITORY@sha256:DIGEST`,
  );
}

export const nameOf = ({ host, path, digest }: PinnedImage): string => `${host}/${path}@${digest}`;

export interface StackAccess {
  cli: Cli;
  stack: string;
  /** Stack file. */
  file: string;
}

/** An opened repository, with what other programs need to open it. */
export interface OpenRepository {
  repository: ImageRepository;
  credentials: Credentials | undefined;
}

/**
 * Opens the repository of an image.
 * @param registryId resource id of its Azure registry; absent for a registry outside Azure
 * @throws CouldNotRun if nobody is signed in, or Azure knows the registry by another name
 */
export async function repositoryOf(
  access: StackAccess,
  { host, path }: Pick<PinnedImage, "host" | "path">,
  registryId: string | undefined,
): Promise<OpenRepository> {
  const credentials =
    registryId === undefined
      ? await outsideAzure(access, host)
      : {
          username: refreshTokenUser,
          password: await passwordOf(await signedIn(access.file), { id: registryId, loginServer: host }),
        };
  return { repository: new ImageRepository(host, path, credentials), credentials };
}

export const signedIn = (file: string): Promise<Azure> => signIn(azureSettingsOf(file));

/** The user of the settings, or of `docker login`. */
async function outsideAzure({ cli, stack, file }: StackAccess, host: string): Promise<Credentials | undefined> {
  const config = configIn(readFileSync(file, "utf8"));
  const username = ownSetting(config, "registryUsername");
  if (ownSetting(config, "registryServer") !== host || typeof username !== "string")
    return credentialsFor(`${host}/any`);
  const args = ["config", "get", "registryPassword", "--stack", stack, "--config-file", file];
  return { username, password: (await cli.run(args)).trim() };
}
