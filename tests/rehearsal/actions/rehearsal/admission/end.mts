/** Gives the turn in the group to the next job. */
const { env } = process;
const group = env.INPUT_GROUP === "" ? undefined : env.INPUT_GROUP;

await fetch(`${env.ACTIONS_RESULTS_URL}/jobs`, {
  method: "DELETE",
  headers: { authorization: `Bearer ${env.ACTIONS_RUNTIME_TOKEN}` },
  body: JSON.stringify({ run: env.GITHUB_RUN_ID, ref: env.GITHUB_REF, group }),
});
