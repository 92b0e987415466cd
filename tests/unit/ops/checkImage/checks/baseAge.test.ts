/** Whether a base still gets fixes: the digest of its tag, and the release line of Node.js. */
import { readFileSync } from "node:fs";
import { judgeBaseAge } from "../../../../../ops/checkImage/checks/originCheck.ts";
import { currentDigests, labeledBase } from "../../../../../ops/checkImage/engine/baseDigests.ts";
import { dockerfileBases } from "../../../../../ops/checkImage/engine/dockerfileBases.ts";
import { endOfNodeLine, nodeLineOf, nodeWarningDays } from "../../../../../ops/checkImage/nodeReleases.ts";
import { digestOf } from "../../../local/azure/storedImages.ts";

const [old, current] = [digestOf("old"), digestOf("current")];
const now = new Date("2026-11-28T12:00:00Z");
const judge = (image: string, more: Parameters<typeof judgeBaseAge>[2] = {}) =>
  judgeBaseAge({}, [image], { now, ...more });

it("warns of a base image whose tag now has another digest, and names it", () => {
  const base = `node:24.21.0-slim@${old}`;
  expect(judge(base, { currentBases: { [base]: current } })).toEqual([
    {
      code: "base-outdated",
      seen: `it is built upon "${base}", and the tag now is ${current}`,
      mend: `change the digest in the Dockerfile to ${current}, and build again`,
    },
  ]);
  expect(judge(base, { currentBases: { [base]: old } })).toEqual({ fine: "Node.js 24" });
  const other = `debian:13@${old}`;
  expect(judge(other, { currentBases: { [other]: old } })).toEqual({ fine: "its digest is the tag's" });
  expect(judge("debian:13")).toBeUndefined();
});

it.each([
  ["node:20-slim", "2026-11-28", "node-release-ended", "Node.js 20 has got no fixes since 2026-04-30"],
  ["node:12", "2026-11-28", "node-release-ended", "Node.js 12 has got no fixes since 2022-04-30"],
  ["registry/node:24.21.0", "2028-05-01", "node-release-ended", "Node.js 24 has got no fixes since 2028-04-30"],
  ["node:24", "2028-04-30", "node-release-ending", "Node.js 24 gets its last fixes on 2028-04-30, in 0 days"],
  ["node:v24", "2028-03-15", "node-release-ending", "Node.js 24 gets its last fixes on 2028-04-30, in 46 days"],
])("%s on %s: %s", (image, day, code, seen) => {
  expect(judge(image, { now: new Date(`${day}T12:00:00Z`) })).toEqual([{ code, seen }]);
});

it("does not judge a release line that is newer than its table, or another image", () => {
  expect(judge("node:40")).toEqual({ fine: "Node.js 40" });
  expect(judge("my-node:12")).toBeUndefined();
  expect(judge("node:lts")).toBeUndefined();
});

it("takes the release line from the image's environment before any name", () => {
  expect(nodeLineOf(["PATH=/bin", "NODE_VERSION=22.1.0"], ["node:24"])).toBe(22);
  expect(nodeLineOf([], [`node@${old}`])).toBeUndefined();
});

it("looks up only bases with a tag and a digest, and ignores what the registry does not answer", async () => {
  const asked: string[] = [];
  const bases = [`node:24@${old}`, "node:22", `node@${old}`, `a.io/x:1@${old}`, `b.io/x:1@${old}`, "Not An Image"];
  const found = await currentDigests(bases, (host, repository, tag) => {
    asked.push(`${host}/${repository}:${tag}`);
    return host === "docker.io" ? Promise.resolve(current) : Promise.reject(new Error("unreachable"));
  });
  expect(asked).toEqual(["docker.io/library/node:24", "a.io/x:1", "b.io/x:1"]);
  expect(found).toEqual({ [`node:24@${old}`]: current });
});

it("recognizes the pinned base of an image by its labels", () => {
  const [name, digest] = ["org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"];
  expect(labeledBase({ [name]: "node:24", [digest]: old })).toBe(`node:24@${old}`);
  expect(labeledBase({ [name]: "node:24" })).toBeUndefined();
  expect(labeledBase({ [name]: `node:24@${old}` })).toBe(`node:24@${old}`);
  expect(labeledBase({})).toBeUndefined();
});

it("knows the release line of the service's own base, which gets fixes for a while", () => {
  const line = nodeLineOf([], dockerfileBases(readFileSync("app/Dockerfile", "utf8"), {}));
  const end = endOfNodeLine(line ?? 0);
  expect((Date.parse(end ?? "") - Date.now()) / 86_400_000).toBeGreaterThan(nodeWarningDays);
});
