/** Decides which manifests of a repository stay. It only decides: it reads and deletes nothing. */

/** A manifest in a repository of the registry: an image, an index of several, or something about another one. */
export interface RepositoryManifest {
  digest: string;
  tags: readonly string[];
  /** When it, or one of its tags, was last pushed. */
  updated: Date;
  /** Nobody may delete it: Azure would refuse. */
  locked: boolean;
  /** Of the manifest itself. */
  bytes: number;
  /** Manifests of an index. */
  children: readonly string[];
  /** The manifest that this one is about, e.g. as its signature. */
  subject?: string;
  /** Layers and configuration: bytes by digest. */
  blobs: ReadonlyMap<string, number>;
}

export interface Rules {
  /** Why a manifest is in use; `undefined` if nothing known uses it. */
  used: (manifest: RepositoryManifest) => string | undefined;
  /** How many more stay, the newest first. */
  keep: number;
  /** Everything that is newer stays. */
  olderThan: Date;
}

export interface Retention {
  /** Why each manifest stays, by digest. */
  kept: ReadonlyMap<string, string>;
  /** What goes, in the order in which it can be deleted: whatever refers to a manifest comes before it. */
  deleted: readonly RepositoryManifest[];
}

/**
 * The tag under which a registry without the referrers API has what refers to a manifest; cosign appends a suffix.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 */
const referrersTag = /^sha256-([0-9a-f]{64})(?:\..+)?$/;

/** The manifests that a manifest is about. Its subject, or those in its tags. */
const subjectsOf = ({ subject, tags }: RepositoryManifest): string[] => [
  ...(subject === undefined ? [] : [subject]),
  ...tags.flatMap((tag) => {
    const hex = referrersTag.exec(tag)?.[1];
    return hex === undefined ? [] : [`sha256:${hex}`];
  }),
];

export function retention(manifests: readonly RepositoryManifest[], { used, keep, olderThan }: Rules): Retention {
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const children = new Set(manifests.flatMap((manifest) => manifest.children));
  const referrers = Map.groupBy(
    manifests.flatMap((manifest) => subjectsOf(manifest).map((subject) => ({ manifest, subject }))),
    ({ subject }) => subject,
  );
  const kept = new Map<string, string>();

  /** With everything that belongs to it. Azure deletes referrers with their subject, so a referrer keeps its subject. */
  const stay = (digest: string, why: string): void => {
    const manifest = byDigest.get(digest);
    if (manifest === undefined || kept.has(digest)) return;
    kept.set(digest, why);
    for (const child of manifest.children) stay(child, "part of an index that stays");
    for (const { manifest: referrer } of referrers.get(digest) ?? [])
      stay(referrer.digest, "refers to a manifest that stays");
    for (const subject of subjectsOf(manifest)) stay(subject, "something that stays refers to it");
  };

  // The most important reason first: it is the one that is shown.
  for (const manifest of manifests) {
    const why = used(manifest);
    if (why !== undefined) stay(manifest.digest, why);
  }
  for (const manifest of manifests.filter(({ locked }) => locked)) stay(manifest.digest, "locked");
  for (const manifest of manifests.filter(({ updated }) => updated > olderThan)) stay(manifest.digest, "too young");
  const images = manifests
    .filter((one) => !kept.has(one.digest) && !children.has(one.digest) && subjectsOf(one).length === 0)
    .toSorted(
      (left, right) => right.updated.getTime() - left.updated.getTime() || (left.digest < right.digest ? -1 : 1),
    );
  for (const { digest } of images.slice(0, keep)) stay(digest, `one of the ${keep} newest others`);

  const rest = manifests.filter(({ digest }) => !kept.has(digest));
  return { kept, deleted: inOrder(rest) };
}

/** Indexes before their children, and manifests before what is about them: Azure deletes the latter with them. */
function inOrder(manifests: readonly RepositoryManifest[]): RepositoryManifest[] {
  const ordered = new Set<RepositoryManifest>();
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const before = (one: RepositoryManifest): RepositoryManifest[] => [
    ...manifests.filter(({ children }) => children.includes(one.digest)),
    ...subjectsOf(one).flatMap((subject) => byDigest.get(subject) ?? []),
  ];
  const add = (one: RepositoryManifest, waiting: ReadonlySet<string>): void => {
    if (ordered.has(one) || waiting.has(one.digest)) return;
    for (const earlier of before(one)) add(earlier, new Set([...waiting, one.digest]));
    ordered.add(one);
  };
  for (const manifest of manifests) add(manifest, new Set());
  return [...ordered];
}

/** What has to be deleted before a manifest: if that fails, the manifest stays too, because something still needs it. */
export const neededBy = (one: RepositoryManifest, manifests: readonly RepositoryManifest[]): string[] => [
  ...manifests.filter(({ children }) => children.includes(one.digest)).map(({ digest }) => digest),
  ...subjectsOf(one),
];

export interface FreedBytes {
  /** Of what only deleted manifests have. */
  freed: number;
  /** Of what manifests that stay have too. */
  shared: number;
}

/** Layers that several manifests share count once. Only the given repositories are known: others may share layers too. */
export function freedBytes(deleted: readonly RepositoryManifest[], staying: readonly RepositoryManifest[]): FreedBytes {
  const needed = new Set(staying.flatMap(({ blobs }) => [...blobs.keys()]));
  const blobs = new Map(deleted.flatMap((manifest) => [...manifest.blobs]));
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  const [shared, own] = [true, false].map((isShared) =>
    sum([...blobs].flatMap(([digest, size]) => (needed.has(digest) === isShared ? [size] : []))),
  ) as [number, number];
  return { freed: own + sum(deleted.map(({ bytes }) => bytes)), shared };
}
