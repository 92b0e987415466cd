/** Asks the stand-in for GitHub, which answers when the job may start. */
const { env } = process;
const given = (name: string) => (env[`INPUT_${name}`] === "" ? undefined : env[`INPUT_${name}`]);

const job = { run: env.GITHUB_RUN_ID, ref: env.GITHUB_REF, environment: given("ENVIRONMENT"), group: given("GROUP") };
const answer = await fetch(`${env.ACTIONS_RESULTS_URL}/jobs`, {
  method: "POST",
  headers: { authorization: `Bearer ${env.ACTIONS_RUNTIME_TOKEN}` },
  body: JSON.stringify({ ...job, queue: given("QUEUE") }),
});
if (!answer.ok) {
  const { message } = (await answer.json()) as { message: string };
  console.log(`::error::${message}`);
  process.exitCode = 1;
}
