import { tagImages, type TaggedImages } from "../../../../ops/deploy/commitTags.ts";
import type { State } from "../../../../ops/pulumi/stackState.ts";

const commit = "1".repeat(40);
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const image = (name: string, letter = "a") => `dev.azurecr.io/shop/${name}:c0ffee@${digest(letter)}`;
const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/dev";
const state = {
  deployment: {
    resources: [{ urn: "urn:r", type: "tarmac:azure:Registry", outputs: { id, loginServer: "dev.azurecr.io" } }],
  },
} as unknown as State;

/** A registry with manifests and their tags, by "REPOSITORY@DIGEST". */
async function tagged(existing: Record<string, string[]>, more: Partial<TaggedImages> = {}) {
  const asked: string[] = [];
  const given = await tagImages({
    ...{ state, images: [image("web")], commit, pullRequests: [7] },
    repositories: (registry) => {
      asked.push(`${registry.id} ${registry.loginServer}`);
      return Promise.resolve({
        tagsOf: (repository, of) => Promise.resolve(existing[`${repository}@${of}`]),
        tag: (repository, of, tag) => Promise.resolve(void existing[`${repository}@${of}`]?.push(tag)),
      });
    },
    ...more,
  });
  return { existing, given, asked };
}

it("tags an image with the commit and the pull requests that it passed with, once", async () => {
  const web = `shop/web@${digest("a")}`;
  const { existing, given, asked } = await tagged({ [web]: ["c0ffee"] });
  expect(existing).toEqual({ [web]: ["c0ffee", `commit-${commit}`, "pr-7"] });
  expect([...given]).toEqual([[image("web"), [`commit-${commit}`, "pr-7"]]]);
  expect(asked).toEqual([`${id} dev.azurecr.io`]);
});

it("keeps the tags of an image that later commits did not change, and skips one that the registry does not have", async () => {
  const web = `shop/web@${digest("a")}`;
  const { existing, given } = await tagged(
    { [web]: ["commit-0"] },
    { images: [image("web"), image("api", "b"), image("web")], pullRequests: [] },
  );
  expect([existing, given.size]).toEqual([{ [web]: ["commit-0"] }, 0]);
});

it.each([
  ["of a registry outside the stack", "other.azurecr.io/shop/web:1@" + digest("a")],
  ["without a digest", "dev.azurecr.io/shop/web:1"],
])("sends no request to a registry about an image %s", async (_, one) => {
  const { given, asked } = await tagged({}, { images: [one] });
  expect([given.size, asked]).toEqual([0, []]);
});
