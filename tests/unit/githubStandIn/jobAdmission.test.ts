import { JobAdmission, Refused, type WaitingJob } from "../../githubStandIn/jobAdmission.ts";

const job = (run: string, more: Partial<WaitingJob> = {}): WaitingJob => ({
  ...{ run, ref: "refs/heads/main", group: "stack-dev" },
  ...more,
});

/** What happened to the jobs, in order. */
function watched(jobs: JobAdmission, ...waiting: WaitingJob[]): string[] {
  const told: string[] = [];
  for (const one of waiting)
    void jobs.admitted(one).then(
      () => told.push(`${one.run} starts`),
      (error: Error) => told.push(`${one.run}: ${error.message}`),
    );
  return told;
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("lets one job of a group run; the newest waiting job displaces the others", async () => {
  const jobs = new JobAdmission();
  const told = watched(jobs, job("1"), job("2"), job("3"), job("4", { group: "other" }));
  await settled();
  expect(told.toSorted()).toEqual([
    "1 starts",
    "2: Canceling since a higher priority waiting request for 'stack-dev' exists",
    "4 starts",
  ]);
  jobs.ended(job("1"));
  await settled();
  expect(told.at(-1)).toBe("3 starts");
  jobs.ended(job("3"));
  expect(jobs.waiting("stack-dev")).toEqual([]);
});

it("keeps all waiting jobs with queue: max, in their order", async () => {
  const jobs = new JobAdmission();
  const waited: string[] = [];
  jobs.onWait = ({ run }) => void waited.push(run);
  const queued = { queue: "max" };
  const told = watched(jobs, job("1", queued), job("2", queued), job("3", queued));
  await settled();
  expect([told, waited]).toEqual([["1 starts"], ["2", "3"]]);
  for (const run of ["1", "2"]) {
    jobs.ended(job(run));
    await settled();
  }
  expect(told).toEqual(["1 starts", "2 starts", "3 starts"]);
});

it("does not take the end of a waiting or displaced job for the end of the running one", async () => {
  const jobs = new JobAdmission();
  const queued = { queue: "max" };
  const told = watched(jobs, job("1"), job("2"), job("3"), job("4", queued));
  await settled();
  for (const run of ["2", "3"]) jobs.ended(job(run));
  await settled();
  expect(told.filter((line) => line.endsWith("starts"))).toEqual(["1 starts"]);
  expect(jobs.waiting("stack-dev").map(({ run }) => run)).toEqual(["4"]);
  jobs.ended(job("1"));
  await settled();
  expect(told.at(-1)).toBe("4 starts");
});

it("ignores the case of a group's name", async () => {
  const jobs = new JobAdmission();
  const told = watched(jobs, job("1"), job("2", { group: "Stack-Dev" }));
  await settled();
  expect([told, jobs.runs("STACK-DEV")]).toEqual([["1 starts"], true]);
  jobs.ended(job("1"));
  await settled();
  expect(told).toEqual(["1 starts", "2 starts"]);
});

it("refuses branches that an environment does not deploy, and waits for an approval", async () => {
  const jobs = new JobAdmission();
  jobs.protections.prod = { branch: "main", reviewed: true };
  const prod = { environment: "prod" };
  const told = watched(
    jobs,
    job("1", { ...prod, ref: "refs/heads/side" }),
    job("2", prod),
    job("3", { ...prod, group: "x" }),
    job("4", { environment: "dev", group: "y" }),
  );
  await settled();
  expect(told.toSorted()).toEqual([
    '1: Branch "side" is not allowed to deploy to prod due to environment protection rules.',
    "4 starts",
  ]);
  jobs.unapproved[0]?.approve();
  jobs.unapproved[1]?.reject();
  await settled();
  expect(told.slice(2).toSorted()).toEqual(["2 starts", "3: The deployment to prod was rejected."]);
  await expect(jobs.admitted(job("5", { ...prod, ref: "refs/tags/v1" }))).rejects.toThrow(Refused);
});
