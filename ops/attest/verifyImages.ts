/** Verifies images before a stack runs them. */
import { CouldNotRun } from "../couldNotRun.ts";
import { trustedSigners } from "./trustedSigners.ts";
import { pinnedImage, repositoryOf, signedIn, type StackAccess } from "./stackRepository.ts";
import { type VerifiedImage, verifyImage } from "./judgeAttestations.ts";

/** An image, and the Azure registry that has it. */
export interface ImageToVerify {
  /** `HOST/REPOSITORY:TAG@DIGEST` */
  image: string;
  /** Resource id of the registry; absent if it is not in Azure. */
  registryId: string | undefined;
}

/**
 * @param entries the setting `trustedSigners`
 * @param folder of the project
 * @throws CouldNotRun if a registry or a key cannot be read
 */
export async function verifyImages(
  access: StackAccess,
  images: readonly ImageToVerify[],
  entries: readonly string[],
  folder: string,
): Promise<VerifiedImage[]> {
  const signers = await trustedSigners(entries, { folder, azure: () => signedIn(access.file) });
  const verified: VerifiedImage[] = [];
  for (const { image, registryId } of images) {
    const pinned = pinnedImage(image);
    const { repository } = await repositoryOf(access, pinned, registryId);
    try {
      verified.push(await verifyImage(pinned, repository, signers));
    } catch (cause) {
      if (cause instanceof CouldNotRun) throw cause;
      throw new CouldNotRun(`cannot verify ${image}: ${(cause as Error).message}`, { cause });
    }
  }
  return verified;
}

/** For people: what counts, or what is missing. */
export const verifiedLines = ({ image, signed, origin, problems }: VerifiedImage): string[] =>
  problems.length > 0
    ? [`${image} is not attested:`, ...problems.map((problem) => `  - ${problem}`)]
    : [
        `${image} is attested: ${Object.entries(signed)
          .map(([what, signer]) => `${what} by ${signer}`)
          .join(", ")}`,
        ...(origin === undefined
          ? []
          : [
              `  built from ${[origin.repository, origin.commit].filter(Boolean).join("@") || "an unknown commit"} by ${origin.builder ?? "an unknown builder"}`,
            ]),
      ];
