/** Which manifests stay, and why. */
import fc from "fast-check";
import { freedBytes, type RepositoryManifest, retention } from "../../../../ops/purge/retention.ts";
import { digestOf } from "../../local/azure/storedImages.ts";

const now = Date.parse("2026-11-28T12:00:00Z");
const daysAgo = (days: number) => new Date(now - days * 86_400_000);

/** A manifest by its name; 100 days old unless it says otherwise. */
const manifest = (
  name: string,
  { days = 100, ...more }: Partial<RepositoryManifest> & { days?: number } = {},
): RepositoryManifest & { name: string } => ({
  ...{ name, digest: digestOf(name), updated: daysAgo(days), locked: false, bytes: 500 },
  tags: [],
  children: [],
  blobs: new Map<string, number>(),
  ...more,
});

/** The names of what stays, with the reasons, and of what goes, in order. */
function decide(manifests: ReturnType<typeof manifest>[], { keep = 0, used = [] as string[] } = {}) {
  const nameOf = new Map(manifests.map(({ digest, name }) => [digest, name]));
  const { kept, deleted } = retention(manifests, {
    used: ({ digest }) => (used.includes(nameOf.get(digest) ?? "") ? "in use" : undefined),
    keep,
    olderThan: daysAgo(7),
  });
  return {
    kept: Object.fromEntries([...kept].map(([digest, why]) => [nameOf.get(digest) ?? "", why] as const)),
    deleted: deleted.map(({ digest }) => nameOf.get(digest)),
  };
}

test("used, locked and young images are kept, and the newest others", () => {
  const all = [
    manifest("used"),
    manifest("locked", { locked: true }),
    manifest("young", { days: 6 }),
    manifest("oldest", { days: 30 }),
    manifest("newest", { days: 8 }),
    manifest("newer", { days: 9 }),
  ];
  expect(decide(all, { keep: 2, used: ["used"] })).toEqual({
    kept: {
      used: "in use",
      locked: "locked",
      young: "too young",
      newest: "one of the 2 newest others",
      newer: "one of the 2 newest others",
    },
    deleted: ["oldest"],
  });
});

test("the manifests of an index are kept with it, and not counted as images", () => {
  const all = [
    manifest("amd64", { days: 8 }),
    manifest("arm64", { days: 8 }),
    manifest("index", { days: 8, children: [digestOf("amd64"), digestOf("arm64")] }),
    manifest("old child"),
    manifest("old index", { children: [digestOf("old child")] }),
  ];
  expect(decide(all, { keep: 1 })).toEqual({
    kept: {
      index: "one of the 1 newest others",
      amd64: "part of an index that stays",
      arm64: "part of an index that stays",
    },
    deleted: ["old index", "old child"],
  });
});

const tagOf = (name: string, suffix = "") => digestOf(name).replace(":", "-") + suffix;

test.each<[string, ReturnType<typeof manifest>[]]>([
  ["the referrers API", [manifest("signature", { subject: digestOf("image") })]],
  ["cosign's tags", [manifest("signature", { tags: [tagOf("image", ".sig")] })]],
  [
    "the tag schema",
    [manifest("list", { tags: [tagOf("image")], children: [digestOf("signature")] }), manifest("signature")],
  ],
])("artifacts that refer to an image are kept and deleted with it: %s", (_, about) => {
  const image = manifest("image");
  const names = about.map(({ name }) => name).sort();
  const { kept, deleted } = decide([...about, image], { used: ["image"] });
  expect(Object.keys(kept).sort()).toEqual(["image", ...names]);
  expect(deleted).toEqual([]);
  const gone = decide([...about, image]);
  expect(gone.deleted[0]).toBe("image");
  expect(gone.deleted.toSorted()).toEqual(["image", ...names]);
  // It counts as no image of its own.
  expect(decide([...about, image], { keep: 1 }).deleted).toEqual([]);
});

test("an image is kept if a young artifact refers to it, because Azure would delete both", () => {
  const all = [manifest("image"), manifest("signature", { days: 1, subject: digestOf("image") })];
  expect(decide(all)).toEqual({
    kept: { signature: "too young", image: "something that stays refers to it" },
    deleted: [],
  });
});

test("an artifact that refers to a missing manifest is not counted as an image", () => {
  expect(decide([manifest("signature", { subject: digestOf("gone") }), manifest("image")], { keep: 1 })).toEqual({
    kept: { image: "one of the 1 newest others" },
    deleted: ["signature"],
  });
});

test("for any graph, every manifest is either kept or deleted, and none is deleted that a kept one needs", () => {
  const names = ["a", "b", "c", "d", "e"];
  const any = fc.tuple(
    ...names.map((name) =>
      fc
        .record({
          children: fc.subarray(names),
          about: fc.option(fc.constantFrom(...names), { nil: undefined }),
          days: fc.integer({ min: 0, max: 20 }),
          locked: fc.boolean(),
        })
        .map(({ children, about, days, locked }) =>
          manifest(name, {
            ...{ days, locked, children: children.map(digestOf) },
            ...(about === undefined ? {} : { subject: digestOf(about) }),
          }),
        ),
    ),
  );
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 3 }), (all, keep) => {
      const { kept, deleted } = retention(all, { used: () => undefined, keep, olderThan: daysAgo(7) });
      expect([...kept.keys(), ...deleted.map(({ digest }) => digest)].sort()).toEqual(
        all.map(({ digest }) => digest).sort(),
      );
      for (const one of all.filter(({ digest }) => kept.has(digest)))
        for (const child of one.children) expect(kept.has(child)).toBe(true);
      for (const one of all.filter(({ subject }) => kept.has(subject ?? ""))) expect(kept.has(one.digest)).toBe(true);
    }),
  );
});

test("layers count once, and not if a kept image has them", () => {
  const layers = (...sizes: [string, number][]) => ({ blobs: new Map(sizes) });
  const staying = [manifest("stays", layers(["base", 40]))];
  const deleted = [
    manifest("one", layers(["base", 40], ["code", 3])),
    manifest("two", layers(["code", 3], ["more", 2])),
  ];
  expect(freedBytes(deleted, staying)).toEqual({ freed: 5 + 2 * 500, shared: 40 });
});
