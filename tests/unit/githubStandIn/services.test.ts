import { GitHubStandIn } from "../../githubStandIn/gitHubStandIn.ts";

let github: GitHubStandIn;
beforeEach(async () => (github = await new GitHubStandIn().start()));
afterEach(() => github.stop());

const ask = async (
  method: string,
  path: string,
  { token = github.runtimeToken, body }: { token?: string; body?: object } = {},
) => {
  const answer = await fetch(`${github.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

const text = (content: string) => Buffer.from(content).toString("base64");

it("keeps the artifacts of each run, and refuses a name that the run has used", async () => {
  const upload = (run: string, content: string, overwrite = false) =>
    ask("PUT", `/services/artifacts/${run}/report?overwrite=${overwrite}`, { body: { "a.json": text(content) } });
  expect(await upload("1", "first")).toMatchObject({ status: 201 });
  expect(await upload("1", "second")).toEqual({
    status: 409,
    body: { message: "Conflict: an artifact with this name already exists on the workflow run" },
  });
  expect(await upload("1", "third", true)).toMatchObject({ status: 201 });
  expect((await ask("GET", "/services/artifacts/1")).body).toEqual({ names: ["report"] });
  expect((await ask("GET", "/services/artifacts/1/report")).body).toEqual({ "a.json": text("third") });
  expect((await ask("GET", "/services/artifacts/2")).body).toEqual({ names: [] });
  expect(await ask("GET", "/services/artifacts/2/report")).toMatchObject({ status: 404 });
  expect(await ask("GET", "/services/artifacts/1", { token: "other" })).toMatchObject({ status: 401 });
});

it("issues tokens of runs, and says when a job may start", async () => {
  github.idToken = (subject, audience) => Promise.resolve(`${subject} for ${audience}`);
  const token = await ask("GET", "/services/idToken?subject=repo:a/b:pull_request&audience=x");
  expect(token.body).toEqual({ value: "repo:a/b:pull_request for x" });
  github.jobs.protections.dev = { branch: "main" };
  const job = { run: "1", ref: "refs/heads/side", environment: "dev" };
  expect(await ask("POST", "/services/jobs", { body: job })).toMatchObject({ status: 409 });
  const group = { run: "1", ref: "refs/heads/main", group: "g" };
  expect(await ask("POST", "/services/jobs", { body: group })).toMatchObject({ status: 200 });
  expect(await ask("DELETE", "/services/jobs", { body: group })).toMatchObject({ status: 200 });
  expect(await ask("POST", "/services/jobs", { body: group })).toMatchObject({ status: 200 });
});

describe("the token of a job", () => {
  const comments = "/repos/team/hello/issues/7/comments";

  it("may do what the job's permissions say, and no more", async () => {
    const writer = github.tokens.issue({ contents: "read", "pull-requests": "write" });
    expect(await ask("POST", comments, { token: writer, body: { body: "hello" } })).toMatchObject({ status: 201 });
    const [{ id } = { id: 0 }] = github.pull.comments;
    const edit = { token: writer, body: { body: "changed" } };
    expect(await ask("PATCH", `/repos/team/hello/issues/comments/${id}`, edit)).toMatchObject({ status: 200 });
    expect(await ask("GET", "/repos/team/hello/collaborators/ada/permission", { token: writer })).toMatchObject({
      status: 200,
    });
    const issue = { token: writer, body: { title: "x", body: "y" } };
    expect(await ask("POST", "/repos/team/hello/issues", issue)).toEqual({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
    const reader = github.tokens.issue({ contents: "read" });
    expect(await ask("GET", "/repos/team/hello/pulls/7", { token: reader })).toMatchObject({ status: 403 });
    expect(await ask("GET", `/repos/team/hello/commits/abc/pulls`, { token: reader })).toMatchObject({ status: 200 });
  });

  it("writes nothing in a run for a fork", async () => {
    const token = github.tokens.issue({ "pull-requests": "write" }, { fork: true });
    expect(await ask("GET", "/repos/team/hello/pulls/7", { token })).toMatchObject({ status: 200 });
    expect(await ask("POST", comments, { token, body: { body: "hello" } })).toMatchObject({ status: 403 });
  });
});

it("keeps pull requests apart", async () => {
  github.openPull(8).label("sandbox");
  const token = github.token;
  await ask("POST", "/repos/team/hello/issues/8/comments", { token, body: { body: "on 8" } });
  expect(github.pull.comments).toEqual([]);
  expect(github.pulls.get(8)?.comments).toMatchObject([{ body: "on 8" }]);
  expect((await ask("GET", "/repos/team/hello/pulls/8", { token })).body).toMatchObject({
    labels: [{ name: "sandbox" }],
  });
});
