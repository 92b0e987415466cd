import { goodImages, imageToReturnTo, noteGood, wayBack } from "../../../../ops/deploy/goodImages.ts";
import type { Cli } from "../../../../ops/pulumi/pulumiCli.ts";

const [a, b, c] = ["registry/hello:1@sha256:a", "registry/hello:2@sha256:b", "registry/hello:3@sha256:c"] as const;

/** A backend with the tags of one stack. */
function backend(tags: Record<string, string> = {}) {
  const written: string[] = [];
  const cli: Cli = {
    run: (args) => {
      const [, , command, name = "", value = ""] = args;
      expect(args.slice(-2)).toEqual(["--stack", "dev"]);
      if (command === "ls") return Promise.resolve(JSON.stringify(tags));
      tags[name] = value;
      written.push(name);
      return Promise.resolve("");
    },
  };
  return { cli, tags, written };
}

test("what has passed is remembered, with what passed before it", async () => {
  const { cli, tags } = backend({ "somebody:else": "x" });
  expect(await goodImages(cli, "dev")).toEqual({});
  await noteGood(cli, "dev", a);
  expect(await goodImages(cli, "dev")).toEqual({ last: a });
  await noteGood(cli, "dev", b);
  await noteGood(cli, "dev", c);
  expect(await goodImages(cli, "dev")).toEqual({ last: c, before: b });
  expect(tags["somebody:else"]).toBe("x");
});

test("the same image again leaves the one before it another one", async () => {
  const { cli, written } = backend({ "tarmac:good-image": b, "tarmac:good-image-before": a });
  await noteGood(cli, "dev", b);
  expect(written).toEqual([]);
  expect(await goodImages(cli, "dev")).toEqual({ last: b, before: a });
});

test("the one before is written first: interrupted in between, no good image is lost", async () => {
  const { cli, written } = backend({ "tarmac:good-image": a });
  await noteGood(cli, "dev", b);
  expect(written).toEqual(["tarmac:good-image-before", "tarmac:good-image"]);
});

describe("the way back", () => {
  it("is the last good image from one that never passed", () => {
    expect(imageToReturnTo("dev", { last: a, before: b }, c)).toBe(a);
    expect(imageToReturnTo("dev", { last: a }, undefined)).toBe(a);
    expect(wayBack("dev", { last: a }, c)).toBe("Roll back to the last good image: npx tarmac deploy dev --rollback");
  });

  it("is the one before when the last good one runs", () => {
    expect(imageToReturnTo("dev", { last: a, before: b }, a)).toBe(b);
    expect(wayBack("dev", { last: a, before: b }, a)).toMatch(
      /^The image is the last good one, so a rollback would not help/,
    );
  });

  it("is none, and says so", () => {
    expect(() => imageToReturnTo("dev", {}, c)).toThrow(
      'no image of "dev" has passed a smoke test yet, so there is no image to roll back to; deploy one: npx tarmac deploy dev',
    );
    expect(() => imageToReturnTo("dev", { last: a }, a)).toThrow(
      `"dev" runs the only image that has passed a smoke test: ${a}`,
    );
    expect(wayBack("dev", {}, c)).toBeUndefined();
  });
});
