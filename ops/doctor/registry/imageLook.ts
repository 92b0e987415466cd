/** What a registry says about an image. */
export interface ImageLook {
  /**
   * found: the manifest exists. no-manifest: only the repository exists. no-repository: neither exists. refused: reading is
   * not allowed. The rest: the registry cannot be reached from this machine.
   */
  answer: "found" | "no-manifest" | "no-repository" | "refused" | "name-unresolved" | "unreachable" | "tls";
  /** Who asked: "the pull secret NAME", "the identity that is signed in to Azure here", or "an anonymous client". */
  as: string;
  /** What went wrong, in the registry's or the network's own words. */
  problem?: string;
  /** Existing tags that are most similar to the requested one, nearest first. */
  nearestTags?: string[];
  /** Existing repositories that are most similar, nearest first. */
  nearestRepositories?: string[];
  /** Platforms of the image, such as "linux/amd64". */
  platforms?: string[];
  /** Bytes to download. */
  compressedBytes?: number;
}
