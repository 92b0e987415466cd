import { imageDiff } from "../../../../../local/plugins/docker/imageDiff.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/wireValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/wireValues.ts";

const registry = { server: "localhost:1", username: "u", password: "p" };
const build = { context: "app", contextDigest: "1", args: { A: "1" } };
const built = { imageName: "localhost:1/app:v1", build, registry };

const changed = (news: Properties, olds: Properties = { __inputs: new Secret(built) }, oldInputs: Properties = {}) =>
  imageDiff({ olds, oldInputs, news }).changes;

it("is empty for the same inputs, whatever the credentials", () => {
  expect(changed(built)).toEqual({});
  expect(changed({ ...built, registry: { ...registry, username: "other", password: new Secret("other") } })).toEqual(
    {},
  );
  expect(changed({ ...built, registry: { server: "localhost:1" } })).toEqual({});
});

it.each<[string, Properties, Properties]>([
  ["the context", { ...built, build: { ...build, contextDigest: "2" } }, { build: "update" }],
  ["a build argument", { ...built, build: { ...build, args: { A: "2" } } }, { build: "update" }],
  ["the name", { ...built, imageName: unknown }, { imageName: "update" }],
  ["the registry", { ...built, registry: { ...registry, server: "localhost:2" } }, { registry: "update" }],
  ["a new option", { ...built, skipPush: true }, { skipPush: "add" }],
  ["a removed sign-in", { imageName: built.imageName, build }, { registry: "delete" }],
])("is an update for %s", (_what, news, expected) => {
  const kinds = Object.entries(changed(news)).map(([key, { kind, replace }]) => {
    expect(replace ?? false).toBe(false);
    return [key, kind];
  });
  expect(Object.fromEntries(kinds)).toEqual(expected);
});

it("compares with the inputs of the last build, or else with those in the state", () => {
  const other = { ...built, imageName: "localhost:1/app:v0" };
  expect(changed(built, { __inputs: built }, other)).toEqual({});
  expect(changed(built, {}, other)).toEqual({ imageName: { kind: "update", inputDiff: true } });
});
