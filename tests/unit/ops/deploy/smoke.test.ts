import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { answersOf, askerFor, heldTo, judgeAnswers, judgePods } from "../../../../ops/deploy/smoke.ts";
import { ReadRefused, Unreachable } from "../../../../ops/cluster/clusterReader.ts";
import { before, observation, pod } from "../doctor/exampleObservations.ts";

const image = "registry.example/hello:2@sha256:new";
const hello = { name: "hello", namespace: "shop", image, podLabels: {} };
const old = "registry.example/hello:1@sha256:old";
const starting = { ready: false, state: { running: { startedAt: before(1) } } };

describe("the pods", () => {
  const judge = (...pods: ReturnType<typeof pod>[]) => judgePods(observation({ pods }), hello);

  it("pass if all are ready and run the image", () => {
    expect(judge(pod("hello-1", { image }), pod("hello-2", { image }))).toEqual({
      seen: ["2 pods, all ready, all of sha256:new"],
      ...{ problems: [], failing: false },
    });
  });

  it("pass with the same image under another tag", () => {
    expect(judge(pod("hello-1", { image: "registry.example/hello@sha256:new" })).problems).toEqual([]);
  });

  it("fail with one of another image", () => {
    expect(judge(pod("hello-1", { image }), pod("hello-2", { image: old }))).toEqual({
      seen: [],
      ...{ problems: ["pod hello-2 does not run sha256:new"], failing: false },
    });
  });

  it("pass while those of the old image are terminating", () => {
    const ending = pod("hello-0", {
      image: old,
      metadata: { deletionTimestamp: before(-29), deletionGracePeriodSeconds: 30 },
    });
    expect(judge(pod("hello-1", { image }), ending)).toEqual({
      seen: ["1 pods, all ready, all of sha256:new"],
      ...{ problems: [], failing: false },
    });
    expect(judge(ending).problems).toEqual(["there are no pods"]);
  });

  it("pass although one was evicted last week and replaced", () => {
    const evicted = pod("hello-0", { image: old, podStatus: { phase: "Failed", reason: "Evicted" } });
    expect(judge(pod("hello-1", { image }), evicted).problems).toEqual([]);
  });

  it("fail while one is starting", () => {
    expect(judge(pod("hello-1", { image }), pod("hello-2", { image, status: starting })).problems).toEqual([
      "still starting: hello-2",
    ]);
  });

  it("fail with one that crashes, with the doctor's diagnosis", () => {
    const waiting = { reason: "CrashLoopBackOff", message: "back-off" };
    const lastState = {
      terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: before(5), startedAt: before(9) },
    };
    const killed = pod("hello-2", { image, status: { ready: false, state: { waiting }, lastState } });
    expect(judge(pod("hello-1", { image }), killed).problems).toEqual([expect.stringMatching(/\(oom-killed\)$/)]);
  });

  it("fail if there are none", () => {
    expect(judge().problems).toEqual(["there are no pods"]);
  });
});

describe("the pods of several services", () => {
  const labels = (name: string) => ({ "app.kubernetes.io/name": name });
  const web = { name: "web", namespace: "shop", image, podLabels: labels("web") };
  const api = { name: "api", namespace: "shop", image: old, podLabels: labels("api") };
  const own = (name: string, service: typeof web, more: Parameters<typeof pod>[1] = {}) =>
    pod(name, { image: service.image, ...more, metadata: { labels: service.podLabels } });
  const crashing = { ready: false, state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } } };
  const judge = (service: typeof web, ...pods: ReturnType<typeof pod>[]) =>
    judgePods(observation({ pods }), service, [web, api]);

  it("are judged by their own digest", () => {
    const pods = [own("web-1", web), own("api-1", api)];
    expect(judge(web, ...pods)).toMatchObject({ seen: ["1 pods, all ready, all of sha256:new"], failing: false });
    expect(judge(api, ...pods)).toMatchObject({ seen: ["1 pods, all ready, all of sha256:old"] });
  });

  it("pass although the other service crashes", () => {
    const pods = [own("web-1", web, { status: crashing }), own("api-1", api)];
    expect(judge(web, ...pods)).toMatchObject({ seen: [], failing: true });
    expect(judge(api, ...pods)).toMatchObject({ problems: [], failing: false });
  });

  it("fail if what is wrong belongs to none of them", () => {
    const stranger = pod("job-1", { status: crashing });
    expect(judge(api, own("web-1", web), own("api-1", api), stranger).failing).toBe(true);
  });

  it("are missing if only the other service has pods", () => {
    expect(judge(web, own("api-1", api)).problems).toEqual(["there are no pods"]);
  });
});

test("a rollback that the program does not follow fails", () => {
  const tried = { service: hello, seen: [], problems: [], failing: false };
  expect(heldTo(tried, { hello: "registry.example/hello@sha256:new" })).toBe(tried);
  expect(heldTo(tried, { other: old })).toBe(tried);
  expect(heldTo(tried, { hello: old }).problems).toEqual([
    `runs ${image} and not ${old}: the program must take its image from the setting "images" (or "image")`,
  ]);
});

test("a service without an address, or without an HTTP readiness probe, gets no requests", async () => {
  const reader = { text: () => Promise.reject(new Error("nobody is asked")) };
  expect(await answersOf(hello, reader)).toEqual({ seen: [], problems: [] });
  expect(await answersOf({ ...hello, address: "hello.shop.svc:80" }, reader)).toEqual({ seen: [], problems: [] });
});

describe("the answers", () => {
  const target = { address: "http://203.0.113.7", readyPath: "/ready" };
  const answering = (...answers: (number | Error)[]) => {
    let asked = 0;
    return {
      ask: (path: string) => {
        expect(path).toBe("/ready");
        const answer = answers[Math.min(asked++, answers.length - 1)] ?? 200;
        return typeof answer === "number" ? Promise.resolve(answer) : Promise.reject(answer);
      },
      asked: () => asked,
    };
  };

  it("pass if all of them are 200", async () => {
    expect(await judgeAnswers(answering(200).ask, target)).toEqual({
      seen: ["20 requests for /ready at http://203.0.113.7: all 200"],
      problems: [],
    });
  });

  it("fail with one bad pod among several, which answers some of the requests", async () => {
    const { problems } = await judgeAnswers(answering(200, 503, 200, 503, 500, 200).ask, target);
    expect(problems).toEqual([
      "2 of 20 requests for /ready at http://203.0.113.7: 503",
      "1 of 20 requests for /ready at http://203.0.113.7: 500",
    ]);
  });

  it("are awaited three times, not twenty", async () => {
    const silent = answering(new Error("fetch failed", { cause: { code: "ETIMEDOUT" } }));
    const { problems } = await judgeAnswers(silent.ask, target);
    expect(problems).toEqual(["3 of 3 requests for /ready at http://203.0.113.7: no answer (ETIMEDOUT)"]);
    expect(silent.asked()).toBe(3);
  });
});

describe("the tested address", () => {
  let server: Server;
  const seen: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.url);
      const status = request.url === "/moved" ? 302 : request.url === "/ready" ? 200 : 404;
      response.writeHead(status, { Location: "/ready" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const nothing = { text: () => Promise.reject(new Error("the cluster is not asked")) };

  it("is the URL, whose redirects are not a success", async () => {
    const ask = askerFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, nothing);
    expect([await ask("/ready"), await ask("/gone"), await ask("/moved")]).toEqual([200, 404, 302]);
    expect(seen).toEqual(["/ready", "/gone", "/moved"]);
  });

  it("is below the path of the service's route, if other services share the host name", async () => {
    const ask = askerFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hello/`, nothing);
    await ask("/ready");
    expect(seen.at(-1)).toBe("/hello/ready");
  });

  it("is the API server's proxy to the service, if the service is reachable only inside the cluster", async () => {
    const paths: string[] = [];
    const answers: (string | Error)[] = ["ok", new ReadRefused(503, "no endpoints"), new Unreachable("no route")];
    const ask = askerFor("hello.shop.svc:8080", {
      text: (path) => {
        paths.push(path);
        const answer = answers.shift() ?? "";
        return typeof answer === "string" ? Promise.resolve(answer) : Promise.reject(answer);
      },
    });
    expect([await ask("/ready"), await ask("/ready")]).toEqual([200, 503]);
    await expect(ask("/ready")).rejects.toThrow("no route");
    expect(paths[0]).toBe("api/v1/namespaces/shop/services/hello:8080/proxy/ready");
  });
});
