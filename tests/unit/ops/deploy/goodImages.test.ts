import type { DeployedService } from "../../../../ops/deploy/deployedServices.ts";
import { goodImages, noteGood, sameImage } from "../../../../ops/deploy/goodImages.ts";
import type { Cli } from "../../../../ops/pulumi/pulumiCli.ts";

const [a, b, c] = ["registry/hello:1@sha256:a", "registry/hello:2@sha256:b", "registry/hello:3@sha256:c"] as const;
const [first, second] = ["1".repeat(40), "2".repeat(40)];

/** A backend with the tags of one stack. */
function backend(tags: Record<string, string> = {}) {
  const written: string[] = [];
  const cli: Cli = {
    run: (args) => {
      const [, , command, name = "", value = ""] = args;
      expect(args.slice(-2)).toEqual(["--stack", "dev"]);
      if (command === "ls") return Promise.resolve(JSON.stringify(tags));
      written.push(`${command} ${name}`);
      if (command === "rm") delete tags[name];
      else {
        // The names that Pulumi Cloud accepts.
        expect(name).toMatch(/^[a-zA-Z0-9\-_.:]{1,40}$/);
        expect(value.length).toBeLessThanOrEqual(256);
        tags[name] = value;
      }
      return Promise.resolve("");
    },
  };
  return { cli, tags, written };
}

const service = (name: string, image: string): DeployedService => ({
  ...{ name, namespace: "shop", image, podLabels: {} },
});

/** One service, which now runs an image. */
const hello = (image: string) => [service("hello", image)];
const noted = (cli: Cli, image: string, commit?: string) => noteGood(cli, "dev", hello(image), hello(image), commit);
const known = async (cli: Cli, image: string = a) => (await goodImages(cli, "dev", hello(image))).get("shop/hello");

test("records an image that passed, with the one that passed before it", async () => {
  const { cli, tags } = backend({ "somebody:else": "x" });
  expect(await known(cli)).toEqual({});
  await noted(cli, a, first);
  expect(await known(cli)).toEqual({ last: { image: a, commit: first } });
  await noted(cli, b);
  await noted(cli, c, second);
  expect(await known(cli)).toEqual({ last: { image: c, commit: second }, before: { image: b } });
  expect(tags["somebody:else"]).toBe("x");
});

test("keeps the previous image when the same image passes again, and records the later commit", async () => {
  const { cli, written } = backend({ "tarmac:good:hello": `${b} ${first}`, "tarmac:good-before:hello": a });
  await noted(cli, b);
  expect(written).toEqual([]);
  await noted(cli, b, second);
  expect(await known(cli)).toEqual({ last: { image: b, commit: second }, before: { image: a } });
});

test("writes the previous image first, so an interruption loses no good image", async () => {
  const { cli, written } = backend({ "tarmac:good:hello": a });
  await noted(cli, b);
  expect(written).toEqual(["set tarmac:good-before:hello", "set tarmac:good:hello"]);
});

describe("with several services", () => {
  const [web, api] = [service("web", "registry/shop/web:1@sha256:a"), service("api", "registry/shop/api:1@sha256:b")];

  it("each service has its own, and one that did not pass keeps its own", async () => {
    const { cli } = backend();
    await noteGood(cli, "dev", [web, api], [web, api], first);
    const next = { ...api, image: "registry/shop/api:2@sha256:c" };
    await noteGood(cli, "dev", [web, next], [next], second);
    const good = await goodImages(cli, "dev", [web, next]);
    expect(good.get("shop/web")).toEqual({ last: { image: web.image, commit: first } });
    expect(good.get("shop/api")).toEqual({
      last: { image: next.image, commit: second },
      before: { image: api.image, commit: first },
    });
  });

  it("two long names with the same beginning have different tags", async () => {
    const names = ["one", "two"].map((end) => `a-service-with-a-rather-long-name-${end}`);
    const { cli, tags } = backend();
    const services = names.map((name) => service(name, a));
    await noteGood(cli, "dev", services, services);
    expect(Object.keys(tags)).toHaveLength(2);
  });
});

describe("the tags of a stack that had one service", () => {
  const old = { "tarmac:good-image": b, "tarmac:good-image-before": a };

  it("are read", async () => {
    expect(await known(backend({ ...old }).cli)).toEqual({ last: { image: b }, before: { image: a } });
  });

  it("are replaced when an image passes", async () => {
    const { cli, tags } = backend({ ...old });
    await noted(cli, c, first);
    expect(tags).toEqual({ "tarmac:good:hello": `${c} ${first}`, "tarmac:good-before:hello": b });
  });

  it("belong to the service with the same repository, if the stack now has several", async () => {
    const services = [service("web", "registry/hello:9@sha256:9"), service("api", "registry/api:1@sha256:1")];
    const { cli, tags } = backend({ ...old });
    const good = await goodImages(cli, "dev", [...services, { ...services[1]!, name: "job", image: undefined! }]);
    expect(good.get("shop/web")).toEqual({ last: { image: b }, before: { image: a } });
    expect([good.get("shop/api"), good.get("shop/job")]).toEqual([{}, {}]);
    await noteGood(cli, "dev", services, [services[1]!]);
    expect(tags).toMatchObject(old);
  });
});

test("an invalid commit is not passed on", async () => {
  expect(await known(backend({ "tarmac:good:hello": `${a} --upload-pack=x` }).cli)).toEqual({ last: { image: a } });
});

test.each([
  [a, "other.example/hello@sha256:a", true],
  [a, b, false],
  ["hello:1", "hello:1", true],
  [undefined, undefined, false],
])("%s and %s are the same image: %s", (left, right, same) => {
  expect(sameImage(left, right)).toBe(same);
});
