/** What a registry says about an image. */
export interface ImageLook {
  /**
   * found: the manifest is there. no-manifest: the repository is, the tag or digest is not. no-repository: neither is.
   * refused: without the right to look. The rest: the registry could not be asked from here.
   */
  answer: "found" | "no-manifest" | "no-repository" | "refused" | "name-unresolved" | "unreachable" | "tls";
  /** As whom it was asked: "the pull secret NAME", "the deployer" or "nobody". */
  as: string;
  /** What went wrong, in the words of whoever said so. */
  problem?: string;
  /** Existing tags that come nearest to the one asked for, nearest first. */
  nearestTags?: string[];
  /** Existing repositories that come nearest, nearest first. */
  nearestRepositories?: string[];
  /** Platforms the image is for, such as "linux/amd64". */
  platforms?: string[];
  /** Bytes to be downloaded. */
  compressedBytes?: number;
}
