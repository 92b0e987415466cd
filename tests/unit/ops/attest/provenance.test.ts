/** Where an image comes from, as its provenance states it. */
import { provenanceOf, repositoryAddress } from "../../../../ops/attest/provenance.ts";

const base = `node:24.21.0-trixie-slim@sha256:${"b".repeat(64)}`;
const build = {
  ...{ stack: "dev", context: "app", dockerfile: "app/Dockerfile", dockerfileText: "FROM x\n" },
  ...{
    platform: "linux/amd64",
    buildArgs: ["VERSION", "NODE_ENV"],
    buildWith: "docker",
    bases: [base, "r.example/base:1"],
  },
};
const commit = "c".repeat(40);
const now = new Date("2026-11-28T20:00:00Z");

it("names source, parameters, bases and builder; of build arguments only the names", () => {
  const env = { GITHUB_ACTIONS: "true", GITHUB_WORKFLOW_REF: "team/shop/.github/workflows/deploy.yml@refs/heads/main" };
  const runUrl = "https://github.com/team/shop/actions/runs/1";
  const provenance = provenanceOf(build, { repository: "https://github.com/team/shop", commit }, { runUrl, env, now });
  expect(provenance).toEqual({
    buildDefinition: {
      buildType: "https://tarmac.dev/attestations/deploy/v1",
      externalParameters: {
        ...{ repository: "https://github.com/team/shop", commit, context: "app", dockerfile: "app/Dockerfile" },
        ...{ platform: "linux/amd64", buildArgs: ["NODE_ENV", "VERSION"] },
      },
      internalParameters: {
        ...{ stack: "dev", buildWith: "docker" },
        dockerfile: { sha256: "5e50475e952eb91b6fba4296a115731d832b3e0e4e13360c83ab165751303f3a" },
      },
      resolvedDependencies: [
        { uri: `git+https://github.com/team/shop@${commit}`, digest: { gitCommit: commit } },
        { uri: "oci://docker.io/library/node:24.21.0-trixie-slim", digest: { sha256: "b".repeat(64) } },
        { uri: "oci://r.example/base:1" },
      ],
    },
    runDetails: {
      builder: { id: "https://github.com/team/shop/.github/workflows/deploy.yml@refs/heads/main" },
      metadata: { invocationId: runUrl, finishedOn: "2026-11-28T20:00:00.000Z" },
    },
  });
});

it("claims no commit and no workflow if there is none", () => {
  const { buildDefinition, runDetails } = provenanceOf({ ...build, target: "run", bases: [] }, {}, { env: {} });
  expect(buildDefinition.externalParameters).toMatchObject({ target: "run" });
  expect(buildDefinition.externalParameters).not.toHaveProperty("commit");
  expect(buildDefinition.resolvedDependencies).toEqual([]);
  expect(runDetails.builder.id).toBe("https://tarmac.dev/builders/by-hand");
  expect(runDetails.metadata).not.toHaveProperty("invocationId");
  const unknown = provenanceOf(build, { commit }, { env: {} }).buildDefinition.resolvedDependencies[0];
  expect(unknown?.uri).toBe(`git+unknown:@${commit}`);
});

it.each([
  ["https://github.com/team/shop.git", "https://github.com/team/shop"],
  ["https://user:token@github.com/team/shop", "https://github.com/team/shop"],
  ["git@github.com:team/shop.git", "https://github.com/team/shop"],
  ["ssh://git@github.example:22/team/shop", "https://github.example/team/shop"],
  ["/home/me/shop", undefined],
  ["file:///home/me/shop", undefined],
  ["", undefined],
])("names the remote %s without credentials", (remote, address) => {
  expect(repositoryAddress(remote)).toBe(address);
});
