import { servingText, triedBesides } from "../../../../ops/deploy/aftermath.ts";

const service = (name: string, address?: string) => ({
  ...{ name, namespace: "shop", podLabels: {}, ...(address === undefined ? {} : { address }) },
});
const answered = { seen: ["20 requests: all 200"], problems: [] };
const disturbed = { seen: [], problems: ["3 of 3 requests for /ready: no answer"] };

test("says that one service serves with its earlier pods", () => {
  const hello = service("hello", "http://203.0.113.7");
  expect(servingText([])).toBe("The service has not been deployed before.");
  expect(servingText([{ service: hello, answers: answered }])).toBe(
    "The pods from before still serve: every request at http://203.0.113.7 was answered.",
  );
  expect(servingText([{ service: hello, answers: disturbed }])).toBe(
    "The service is failing some requests: 3 of 3 requests for /ready: no answer.",
  );
});

test("has a line for each of several services", () => {
  expect(
    servingText([
      { service: service("web", "http://203.0.113.7"), answers: disturbed },
      { service: service("api", "api.shop.svc:80"), answers: answered },
      { service: service("job"), answers: { seen: [], problems: [] } },
    ]),
  ).toBe(
    "web is disturbed: 3 of 3 requests for /ready: no answer.\n" +
      "api still serves: every request at api.shop.svc:80 was answered.\n" +
      "job was not tested: it has no address or no HTTP readiness probe.",
  );
});

test("tries nothing beside the only service, or if all run images that passed", async () => {
  const image = "registry/web@sha256:a";
  const [web, api] = [service("web"), service("api")];
  const good = new Map(["shop/web", "shop/api"].map((id) => [id, { last: { image } }]));
  const running = new Map(["shop/web", "shop/api"].map((id) => [id, image]));
  expect(await triedBesides("dev", { services: [web], good: new Map(), running })).toEqual([]);
  expect(await triedBesides("dev", { services: [web, api], good, running })).toEqual([]);
});
