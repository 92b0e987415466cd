import { inspect } from "node:util";
import { GitHubClient } from "../../../../ops/github/gitHubClient.ts";
import { postComment, pullRequestState, workflowAuthor } from "../../../../ops/github/pullRequest.ts";
import { GitHubStandIn } from "../../../githubStandIn/gitHubStandIn.ts";

const marker = "<!-- here -->";
// Octokit keeps writes some seconds apart.
jest.setTimeout(60_000);

/** Seconds that the client waited for rate limits. */
const waits: number[] = [];
let github: GitHubStandIn;
let client: GitHubClient;
const pull = { repository: "team/hello", number: 7 };

beforeEach(async () => {
  github = await new GitHubStandIn().start();
  waits.length = 0;
  client = new GitHubClient({
    apiUrl: github.url,
    token: github.token,
    second: 1,
    say: (line) => waits.push(Number(/in (\d+) s$/.exec(line)?.[1])),
  });
});
afterEach(() => github.stop());

const labels = async (from = client) => (await pullRequestState(from, pull)).labels;
const post = (body: string) => postComment(client, pull, { body, marker, author: workflowAuthor });

describe("the single comment", () => {
  it("is created if there is none, and then edited", async () => {
    expect(await post(`${marker}one`)).toMatchObject({ did: "created" });
    expect(await post(`${marker}two`)).toMatchObject({ did: "updated" });
    expect(github.pull.comments.map(({ body }) => body)).toEqual([`${marker}two`]);
  });

  it("is not edited if it already has the text", async () => {
    await post(`${marker}one`);
    expect(await post(`${marker}one`)).toMatchObject({ did: "unchanged" });
    expect(github.seen.filter(({ method }) => method !== "GET")).toHaveLength(1);
  });

  it("is found on the third page", async () => {
    for (let index = 0; index < 250; index++) github.say("ada", `remark ${index}`);
    const own = github.say("github-actions[bot]", `${marker}old`);
    expect(await post(`${marker}new`)).toMatchObject({ did: "updated" });
    expect(own.body).toBe(`${marker}new`);
    expect(github.pull.comments).toHaveLength(251);
    expect(github.seen.map(({ path }) => path).filter((path) => path.includes("page=3"))).toHaveLength(1);
  });

  it("is never a comment of another author, whatever it contains", async () => {
    const others = [
      github.say("mallory", `${marker}mine`),
      github.say("other-app[bot]", `${marker}mine`),
      github.say("github-actions[bot]", `quotes ${marker}`),
    ];
    expect(await post(`${marker}new`)).toMatchObject({ did: "created" });
    expect(others.map(({ body }) => body)).toEqual([`${marker}mine`, `${marker}mine`, `quotes ${marker}`]);
  });

  it("is created again if somebody deletes it meanwhile", async () => {
    await post(`${marker}old`);
    github.faults = [
      { method: "PATCH", status: 404, message: "Not Found", meanwhile: () => (github.pull.comments = []) },
    ];
    expect(await post(`${marker}new`)).toMatchObject({ did: "created" });
    expect(github.pull.comments.map(({ body }) => body)).toEqual([`${marker}new`]);
  });

  it("is not created twice if the response to the first attempt was lost", async () => {
    github.faults = [{ method: "POST", status: 502, message: "Bad Gateway", done: true }];
    expect(await post(`${marker}new`)).toMatchObject({ did: "unchanged" });
    expect(github.pull.comments).toHaveLength(1);
  });

  it("is refused with GitHub's message if it is too long", async () => {
    await expect(post(marker + "x".repeat(65_536))).rejects.toThrow(
      /^GitHub answered 422 to POST .*: Validation Failed; Body is too long \(maximum is 65536 characters\)$/,
    );
  });

  it("reports the missing permission", async () => {
    github.faults = [{ method: "POST", status: 403, message: "Resource not accessible by integration" }];
    await expect(post(`${marker}x`)).rejects.toThrow("Resource not accessible by integration");
    expect(waits).toEqual([]);
  });
});

/** GitHub's message: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

describe("rate limits", () => {
  it("waits as long as the answer says", async () => {
    github.faults = [
      { status: 429, headers: { "Retry-After": "7" }, message: secondary },
      { status: 403, headers: { "Retry-After": "3" }, message: secondary },
    ];
    github.pull.labels = ["preview-override"];
    expect(await labels()).toEqual(["preview-override"]);
    expect(waits).toEqual([7, 3]);
  });

  it("waits until the hour's limit is reset", async () => {
    const reset = Math.floor(Date.now() / 1000) + 40;
    const headers = { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": `${reset}` };
    github.faults = [{ status: 403, headers, message: "API rate limit exceeded for installation ID 1." }];
    await labels();
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(40);
    expect(waits[0]).toBeLessThanOrEqual(42);
  });

  it("waits a minute if the response names no time", async () => {
    const fault = { status: 403, message: secondary };
    github.faults = [fault, { ...fault }];
    await labels();
    expect(waits).toEqual([60, 60]);
  });

  it("waits before writes too", async () => {
    github.faults = [{ method: "POST", status: 429, headers: { "Retry-After": "1" }, message: secondary }];
    expect(await post(`${marker}x`)).toMatchObject({ did: "created" });
    expect(github.pull.comments).toHaveLength(1);
  });

  it("gives up when the wait would be too long", async () => {
    github.faults = [{ status: 429, headers: { "Retry-After": "3600" }, message: secondary }];
    await expect(labels()).rejects.toThrow(/^GitHub answered 429 to GET .*: You have exceeded/);
    expect(waits).toEqual([]);
  });

  it("gives up after five waits", async () => {
    github.faults = Array.from({ length: 6 }, () => ({
      status: 403,
      headers: { "Retry-After": "1" },
      message: secondary,
    }));
    await expect(labels()).rejects.toThrow(/^GitHub answered 403 to GET /);
    expect(waits).toEqual([1, 1, 1, 1, 1]);
  });
});

describe("failures", () => {
  const asked = (method: string) => github.seen.filter((one) => one.method === method).length;

  it("retries after a server error", async () => {
    github.faults = [
      { status: 502, message: "Bad Gateway" },
      { status: 500, message: "oops" },
    ];
    expect(await labels()).toEqual([]);
    expect(asked("GET")).toBe(3);
  });

  it("sends a POST only once, whatever the server error", async () => {
    github.faults = [{ method: "POST", status: 502, message: "Bad Gateway" }];
    await expect(client.request("POST", "/repos/team/hello/issues", { title: "x" })).rejects.toThrow(
      /^GitHub answered 502 to POST .*: Bad Gateway$/,
    );
    expect(asked("POST")).toBe(1);
  });

  it("names the address that does not answer", async () => {
    await github.stop();
    await expect(labels()).rejects.toThrow(
      `GitHub does not answer at ${github.url}/repos/team/hello/pulls/7 (ECONNREFUSED)`,
    );
    await github.start();
  });

  it("reports a wrong token, without the token", async () => {
    const stranger = new GitHubClient({ apiUrl: github.url, token: "ghs_wrongWrongWrong" });
    const error = await labels(stranger).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toContain("Bad credentials");
    expect(inspect(error, { depth: 9 })).not.toContain("ghs_wrongWrongWrong");
  });

  it("follows no redirect", async () => {
    github.faults = Array.from({ length: 4 }, () => ({
      ...{ status: 302, message: "", headers: { Location: "/elsewhere" } },
    }));
    await expect(labels()).rejects.toThrow("GitHub does not answer at");
    expect(github.seen.some(({ path }) => path === "/elsewhere")).toBe(false);
  });
});

describe("the next page", () => {
  it("is never requested from another server, which would get the token", async () => {
    const link = { Link: '<https://elsewhere.example/steal>; rel="next"', "Content-Type": "application/json" };
    const asked: string[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = (url) => {
      asked.push(typeof url === "string" ? url : "");
      return Promise.resolve(new Response("[]", { headers: link }));
    };
    try {
      await expect(post("x")).rejects.toThrow("https://elsewhere.example/steal, which is another server");
    } finally {
      globalThis.fetch = original;
    }
    expect(asked).toHaveLength(1);
  });
});
