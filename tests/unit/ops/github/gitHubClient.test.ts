import { GitHubClient, nextPage } from "../../../../ops/github/client.ts";
import { labelsOf, postComment, workflowAuthor } from "../../../../ops/github/pullRequest.ts";
import { GitHubStandIn } from "../../../githubStandIn/server.ts";

const marker = "<!-- here -->";
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
    wait: (seconds) => {
      waits.push(seconds);
      return Promise.resolve();
    },
  });
});
afterEach(() => github.stop());

const post = (body: string) => postComment(client, pull, { body, marker, author: workflowAuthor });

describe("the one comment", () => {
  it("is made where there is none, and then edited", async () => {
    expect(await post(`${marker}one`)).toMatchObject({ did: "created" });
    expect(await post(`${marker}two`)).toMatchObject({ did: "updated" });
    expect(github.comments.map(({ body }) => body)).toEqual([`${marker}two`]);
  });

  it("is left alone when it says so already", async () => {
    await post(`${marker}one`);
    expect(await post(`${marker}one`)).toMatchObject({ did: "unchanged" });
    expect(github.seen.filter(({ method }) => method !== "GET")).toHaveLength(1);
  });

  it("is found on the third page", async () => {
    for (let index = 0; index < 250; index++) github.say("ada", `remark ${index}`);
    const own = github.say("github-actions[bot]", `${marker}old`);
    expect(await post(`${marker}new`)).toMatchObject({ did: "updated" });
    expect(own.body).toBe(`${marker}new`);
    expect(github.comments).toHaveLength(251);
    expect(github.seen.map(({ path }) => path).filter((path) => path.includes("page=3"))).toHaveLength(1);
  });

  it("is nobody else's, whatever stands in it", async () => {
    const others = [
      github.say("mallory", `${marker}mine`),
      github.say("other-app[bot]", `${marker}mine`),
      github.say("github-actions[bot]", `quotes ${marker}`),
    ];
    expect(await post(`${marker}new`)).toMatchObject({ did: "created" });
    expect(others.map(({ body }) => body)).toEqual([`${marker}mine`, `${marker}mine`, `quotes ${marker}`]);
  });

  it("is made again when somebody deletes it meanwhile", async () => {
    await post(`${marker}old`);
    github.faults = [{ method: "PATCH", status: 404, message: "Not Found", meanwhile: () => (github.comments = []) }];
    expect(await post(`${marker}new`)).toMatchObject({ did: "created" });
    expect(github.comments.map(({ body }) => body)).toEqual([`${marker}new`]);
  });

  it("is not made twice when the answer to the first attempt was lost", async () => {
    github.faults = [{ method: "POST", status: 502, message: "Bad Gateway", done: true }];
    expect(await post(`${marker}new`)).toMatchObject({ did: "unchanged" });
    expect(github.comments).toHaveLength(1);
  });

  it("is refused when it is too long, with GitHub's words", async () => {
    await expect(post(marker + "x".repeat(65_536))).rejects.toThrow(
      /^GitHub answered 422 to POST .*: Validation Failed; Body is too long \(maximum is 65536 characters\)$/,
    );
  });

  it("says which right is missing", async () => {
    github.faults = [{ method: "POST", status: 403, message: "Resource not accessible by integration" }];
    await expect(post(`${marker}x`)).rejects.toThrow("Resource not accessible by integration");
    expect(waits).toEqual([]);
  });
});

describe("rate limits", () => {
  it("waits as long as the answer says", async () => {
    github.faults = [
      { status: 429, headers: { "Retry-After": "7" }, message: "slow down" },
      { status: 403, headers: { "Retry-After": "3" }, message: "You have exceeded a secondary rate limit" },
    ];
    github.labels = ["preview-override"];
    expect(await labelsOf(client, pull)).toEqual(["preview-override"]);
    expect(waits).toEqual([7, 3]);
  });

  it("waits until the hour's limit is reset", async () => {
    const reset = Math.floor(Date.now() / 1000) + 40;
    const headers = { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": `${reset}` };
    github.faults = [{ status: 403, headers, message: "API rate limit exceeded" }];
    await labelsOf(client, pull);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(40);
    expect(waits[0]).toBeLessThanOrEqual(42);
  });

  it("waits a minute, and then twice as long, where nothing is said", async () => {
    const fault = { status: 403, message: "You have exceeded a secondary rate limit" };
    github.faults = [fault, { ...fault }];
    await labelsOf(client, pull);
    expect(waits).toEqual([60, 120]);
  });

  it("also before something is written", async () => {
    github.faults = [{ method: "POST", status: 429, headers: { "Retry-After": "1" }, message: "slow down" }];
    expect(await post(`${marker}x`)).toMatchObject({ did: "created" });
    expect(github.comments).toHaveLength(1);
  });

  it("gives up when it would be too long", async () => {
    github.faults = [{ status: 429, headers: { "Retry-After": "3600" }, message: "slow down" }];
    await expect(labelsOf(client, pull)).rejects.toThrow(/^GitHub answered 429 to GET .*: slow down$/);
    expect(waits).toEqual([]);
  });
});

describe("failures", () => {
  it("asks again after a server's error", async () => {
    github.faults = [
      { status: 502, message: "Bad Gateway" },
      { status: 500, message: "oops" },
    ];
    expect(await labelsOf(client, pull)).toEqual([]);
    expect(waits).toEqual([2, 4]);
  });

  it("names the address that does not answer", async () => {
    await github.stop();
    await expect(labelsOf(client, pull)).rejects.toThrow(
      `GitHub does not answer at ${github.url}/repos/team/hello/issues/7/labels?per_page=100 (ECONNREFUSED)`,
    );
    expect(waits).toEqual([2, 4, 8, 16, 32]);
    await github.start();
  });

  it("says that the token is wrong", async () => {
    const stranger = new GitHubClient({ apiUrl: github.url, token: "wrong" });
    await expect(labelsOf(stranger, pull)).rejects.toThrow("Bad credentials");
  });
});

describe("the next page", () => {
  it.each([
    ['<https://x/a?page=2>; rel="next", <https://x/a?page=9>; rel="last"', "https://x/a?page=2"],
    ['<https://x/a?page=1>; rel="prev", <https://x/a?b=1,2&page=3>; rel="next"', "https://x/a?b=1,2&page=3"],
    ["<https://x/a>; rel=next", "https://x/a"],
    ['<https://x/a?page=1>; rel="first"', undefined],
    [null, undefined],
  ])("in %s is %s", (header, expected) => {
    expect(nextPage(header)).toBe(expected);
  });

  it("is not asked for at another server, which would get the token", async () => {
    github.faults = [];
    const link = { Link: '<https://elsewhere.example/steal>; rel="next"' };
    const original = globalThis.fetch;
    globalThis.fetch = () => Promise.resolve(new Response("[]", { headers: link }));
    try {
      await expect(labelsOf(client, pull)).rejects.toThrow("which is another server");
    } finally {
      globalThis.fetch = original;
    }
  });
});
