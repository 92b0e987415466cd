/** The parts of an image's name: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`. */
export interface ImageReference {
  /** Registry; absent where the name leaves it to the container runtime. */
  host?: string;
  /** Without host, tag and digest. */
  path: string;
  tag?: string;
  digest?: string;
}

/**
 * Lenient: a name that is none has no host, tag or digest.
 *
 * What stands before the first "/" is a host if it looks like one, as everywhere in the Docker world.
 * https://github.com/distribution/reference
 */
export function imageReference(name: string): ImageReference {
  const [withTag = "", digest] = name.split("@", 2);
  const colon = withTag.lastIndexOf(":");
  const hasTag = colon > withTag.lastIndexOf("/");
  const whole = hasTag ? withTag.slice(0, colon) : withTag;
  const first = whole.split("/", 1)[0] ?? "";
  const hasHost = whole.includes("/") && (/[.:]/.test(first) || first === "localhost");
  return {
    host: hasHost ? first : undefined,
    path: hasHost ? whole.slice(first.length + 1) : whole,
    tag: hasTag ? withTag.slice(colon + 1) : undefined,
    digest,
  };
}
